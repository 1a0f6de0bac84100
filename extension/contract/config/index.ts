export { parseConfig } from './document';
export { type Fraction, parseFraction } from './fraction';
export { jsonSchema } from './jsonSchema';
export { nearestWideResnetDepth, parseModelName } from './modelName';
export {
  formatProblem,
  type JsonPath,
  type JsonValue,
  type Mend,
  type Problem,
  type SemanticProblem,
} from './problem';
export { type Config, type DatasetConfig, defaultConfig, type ModelConfig, resolveConfig } from './resolve';
export { configSchema, type RawConfig, type SchemaNode, schemaAt, schemaTree } from './schema';
export { checkSemantics, type DatasetFacts, knownFacts, mnistFacts } from './semantics';
