import type { SemanticProblem } from './problem';
import type { Config } from './resolve';
import { checkCompute } from './semantics/compute';
import { checkDataset } from './semantics/dataset';
import type { DatasetFacts } from './semantics/facts';
import { checkModel } from './semantics/model';
import { checkTaylor } from './semantics/taylor';
import { checkThreat } from './semantics/threat';
import { checkTraining } from './semantics/training';

export { type DatasetFacts, knownFacts, mnistFacts } from './semantics/facts';

/**
 * What no schema can say: settings that contradict each other, the mathematics or the dataset. Without `facts`, only
 * what the config alone decides; `parseConfig` does that (for datasets with a name of their own, whose facts are known, it does all), and the
 * trainer asks again with the facts of the dataset it has read.
 */
export function checkSemantics(config: Config, facts?: DatasetFacts): SemanticProblem[] {
  return [
    ...checkDataset(config, facts),
    ...checkModel(config, facts),
    ...checkThreat(config),
    ...checkTaylor(config, facts),
    ...checkTraining(config),
    ...checkCompute(config),
  ];
}
