import assert from 'node:assert/strict';
import { Check } from 'typebox/value';
import {
  defaultConfig,
  jsonSchema,
  type SchemaNode,
  schemaTree,
} from '../../../../extension/contract/config';
import { problemsIn, textOf } from './texts';

interface Field {
  readonly path: readonly string[];
  readonly schema: SchemaNode;
  readonly required: boolean;
}

/** Every field and section below `schema`. */
function fieldsOf(schema: SchemaNode, path: readonly string[] = []): Field[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, child]) => [
    { path: [...path, name], schema: child, required: schema.required?.includes(name) ?? false },
    ...fieldsOf(child, [...path, name]),
  ]);
}

function at(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (inner, name) =>
      inner === null || typeof inner !== 'object'
        ? undefined
        : Object.getOwnPropertyDescriptor(inner, name)?.value,
    value,
  );
}

const documented = fieldsOf(schemaTree).filter(field => field.path[0] !== '$schema');

/** null means "by a rule" in these, and the resolved config holds the rule's result. */
const ruled = [
  'attack.stepSize',
  'attack.loss',
  'taylor.sigma',
  'taylor.sigmaScale',
  'schedule.peakEpoch',
  'evaluation.stepSize',
  'evaluation.final.stepSize',
];

describe('The config schema', () => {
  for (const { path, schema, required } of documented) {
    it(`documents ${path.join('.')} and gives it a default that is allowed, or requires it`, () => {
      assert.ok((schema.description ?? '').length > 10);
      assert.equal(schema.default === undefined, required);
      if (schema.type === 'object') return;
      assert.match(schema.description ?? '', /Default: .+ Source: .+\.$|Required\. Source: .+\.$/);
      if (!required) assert.ok(Check(schema, schema.default));
    });
  }

  it('refuses unknown properties in every section', () => {
    const sections = [schemaTree, ...documented.map(field => field.schema)].filter(
      node => node.type === 'object',
    );
    assert.ok(sections.length > 15);
    for (const section of sections) assert.equal(at(section, ['additionalProperties']), false);
  });

  it('has defaults that together are a config without problems', () => {
    assert.deepEqual(problemsIn(textOf({})), []);
  });

  it('has defaults equal to what a config that says nothing resolves to', () => {
    const config = defaultConfig();
    const plain = documented.filter(
      ({ path, schema, required }) =>
        !required &&
        schema.type !== 'object' &&
        !ruled.includes(path.join('.')) &&
        !['model.width', 'model.blocks', 'model.layers'].includes(path.join('.')),
    );
    assert.ok(plain.length > 50);
    for (const { path, schema } of plain) assert.deepEqual(at(config, path), schema.default, path.join('.'));
  });
});

describe("The editor's JSON Schema", () => {
  const schema = jsonSchema();

  it('is plain JSON with a title, and allows comments and trailing commas', () => {
    assert.deepEqual(JSON.parse(JSON.stringify(schema)), schema);
    assert.equal(at(schema, ['title']), 'Randomized AT experiment');
    assert.equal(at(schema, ['$schema']), 'http://json-schema.org/draft-07/schema#');
    assert.equal(at(schema, ['allowComments']), true);
    assert.equal(at(schema, ['allowTrailingCommas']), true);
  });

  it('carries the names to choose from, what they stand for, and the defaults', () => {
    const start = at(schema, ['properties', 'attack', 'properties', 'start']);
    assert.deepEqual(at(start, ['enum']), ['gaussian', 'uniform', 'none']);
    assert.match(JSON.stringify(at(start, ['enumDescriptions'])), /uniformly drawn point/);
    assert.equal(at(start, ['default']), 'gaussian');
  });

  it('requires the dataset, the model and the threat, and nothing else', () => {
    assert.deepEqual(at(schema, ['required']), ['dataset', 'model', 'threat']);
  });

  it('has only patterns that a JavaScript editor can compile', () => {
    const patterns = documented
      .map(field => at(field.schema, ['pattern']))
      .filter(pattern => pattern !== undefined);
    assert.ok(patterns.length > 5);
    for (const pattern of patterns) assert.ok(new RegExp(String(pattern), 'u'));
  });
});
