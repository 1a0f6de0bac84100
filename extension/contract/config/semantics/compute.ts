import type { SemanticProblem } from '../problem';
import type { Config } from '../resolve';
import { error, set } from './findings';

/** What engines cannot do. */
export function checkCompute(config: Config): SemanticProblem[] {
  return [...checkWorkers(config), ...checkPrecision(config)];
}

/** Workers divide a batch, each with an engine of its own. */
function checkWorkers({ compute, batchSize }: Config): SemanticProblem[] {
  const { engine, workers } = compute;
  if (workers > 1 && (engine === 'tensorflow' || engine === 'webgpu')) {
    const message = `found ${workers}; the ${engine} engine cannot be shared among workers, only simd, wasm and cpu can.`;
    return [error('compute.workers', message, { mend: set('compute.workers', 1) })];
  }
  if (workers <= batchSize) return [];
  const message = `found ${workers}; batchSize ${batchSize} has no image for each of them.`;
  return [error('compute.workers', message, { mend: set('compute.workers', batchSize) })];
}

function checkPrecision({ compute: { engine, precision } }: Config): SemanticProblem[] {
  if (precision === 'float32' || engine === 'webgpu') return [];
  const message = `found "${precision}", but compute.engine is "${engine}"; only the webgpu engine multiplies in float16.`;
  return [error('compute.precision', message, { mend: set('compute.engine', 'webgpu') })];
}
