import type { SemanticProblem } from '../problem';
import type { Config } from '../resolve';
import { type RawConfig, schemaAt } from '../schema';
import { remove, warning } from './findings';

const lacksBatchNorm = ({ model }: Config): boolean => model.family === 'small-cnn' || model.family === 'mlp';

/** It also decides which noise is the default. */
function namesNoNoise({ taylor }: Config, raw: RawConfig): boolean {
  const { sigma, sigmaScale } = raw.taylor ?? {};
  return taylor.sigma === 0 || (isWritten(sigma) && isWritten(sigmaScale));
}

const isWritten = (value: unknown): boolean => value !== undefined && value !== null;

/** [setting, when it has no effect, why]. */
const idleRules: readonly (readonly [string, (config: Config, raw: RawConfig) => boolean, string])[] = [
  [
    'objective.beta',
    ({ objective }) => objective.name === 'standard' || objective.name === 'pgd-at',
    'only trades and mart have a KL term',
  ],
  ['attack.startSigma', ({ attack }) => attack.start !== 'gaussian', 'attack.start is not "gaussian"'],
  ['dataset.imageFit', ({ dataset }) => dataset.imageSize === null, 'dataset.imageSize is null'],
  ['attack.batchNorm', lacksBatchNorm, 'the model has no batch normalisation'],
  [
    'taylor.estimator',
    (config, raw) => config.taylor.order === 0 && namesNoNoise(config, raw),
    'taylor.order is 0',
  ],
  ['taylor.alpha', ({ taylor }) => taylor.order === 0, 'taylor.order is 0'],
  ['taylor.secondWeight', ({ taylor }) => taylor.order < 2, 'taylor.order is below 2'],
  [
    'taylor.secondTargets',
    ({ taylor }) => taylor.order < 2 || taylor.estimator !== 'last-layer',
    'it is about last-layer terms of order 2',
  ],
  [
    'taylor.draws',
    ({ taylor }) => taylor.order === 0 || taylor.estimator !== 'antithetic',
    'it is about antithetic terms',
  ],
  [
    'taylor.sigmaScale',
    ({ taylor }) => taylor.sigma === 0 && (taylor.order === 0 || taylor.estimator === 'last-layer'),
    'taylor.sigma is 0',
  ],
  ['taylor.batchNormUpdates', lacksBatchNorm, 'the model has no batch normalisation'],
  ['awp.warmupEpochs', ({ awp }) => awp.gamma === 0, 'awp.gamma is 0'],
  ['ema.warmupEpochs', ({ ema }) => ema.decay === 0, 'ema.decay is 0'],
  ['schedule.milestones', ({ schedule }) => schedule.name !== 'step', 'schedule.name is not "step"'],
  ['schedule.factor', ({ schedule }) => schedule.name !== 'step', 'schedule.name is not "step"'],
  ['schedule.peakEpoch', ({ schedule }) => schedule.name !== 'one-cycle', 'schedule.name is not "one-cycle"'],
  [
    'schedule.finalFraction',
    ({ schedule }) => schedule.name === 'step' || schedule.name === 'constant',
    'schedule.name is neither "cosine" nor "one-cycle"',
  ],
  ['sharpness.examples', ({ sharpness }) => sharpness.everyEpochs === 0, 'sharpness.everyEpochs is 0'],
  ['sharpness.directions', ({ sharpness }) => sharpness.everyEpochs === 0, 'sharpness.everyEpochs is 0'],
  ['sharpness.rho', ({ sharpness }) => sharpness.everyEpochs === 0, 'sharpness.everyEpochs is 0'],
  ['examples.count', ({ examples }) => examples.everyEpochs === 0, 'examples.everyEpochs is 0'],
  [
    'compute.tensorflowPath',
    ({ compute }) => !['auto', 'tensorflow'].includes(compute.engine),
    'the engine is not tensorflow',
  ],
  [
    'compute.webgpuAdapter',
    ({ compute }) => !['auto', 'webgpu'].includes(compute.engine),
    'the engine is not webgpu',
  ],
  [
    'compute.allowSoftwareAdapter',
    ({ compute }) => !['auto', 'tensorflow', 'webgpu'].includes(compute.engine),
    'the engine is neither tensorflow nor webgpu',
  ],
  ['compute.synchroniseBatchNorm', lacksBatchNorm, 'the model has no batch normalisation'],
  [
    'compute.synchroniseBatchNorm',
    config => config.compute.workers === 1 && !lacksBatchNorm(config),
    'one worker sees the whole batch',
  ],
  ['compute.precision', ({ model }) => model.family === 'mlp', 'the model has no convolutions'],
  ['compute.threads', ({ compute }) => !['auto', 'simd'].includes(compute.engine), 'the engine is not simd'],
  ['compute.winograd', ({ compute }) => !['auto', 'simd'].includes(compute.engine), 'the engine is not simd'],
];

/** Settings moved away from their default where that changes nothing. */
export function checkIdleSettings(raw: RawConfig, config: Config): SemanticProblem[] {
  return idleRules
    .filter(([path, idle]) => changesDefault(raw, path) && idle(config, raw))
    .map(([path, , why]) =>
      warning(path, `found ${JSON.stringify(writtenAt(raw, path))}, which has no effect: ${why}.`, {
        mend: remove(path),
      }),
    );
}

function changesDefault(raw: RawConfig, path: string): boolean {
  const value = writtenAt(raw, path);
  return value !== undefined && JSON.stringify(value) !== JSON.stringify(schemaAt(path)?.default);
}

function writtenAt(raw: RawConfig, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>(
      (value, name) =>
        typeof value === 'object' && value !== null
          ? Object.getOwnPropertyDescriptor(value, name)?.value
          : undefined,
      raw,
    );
}
