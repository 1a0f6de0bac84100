import { Clone, Default } from 'typebox/value';
import type { OfficialName } from '../datasets';
import { parseFraction } from './fraction';
import { type ModelName, parseModelName } from './modelName';
import { configSchema, type RawConfig } from './schema';

/** Every optional field present. */
type Filled<Value> = Value extends readonly unknown[]
  ? Value
  : Value extends object
    ? { readonly [Name in keyof Value]-?: Filled<Value[Name]> }
    : Value;

type FilledConfig = Filled<Omit<RawConfig, '$schema'>>;

/** A section with some fields of a narrower type. */
type With<Section, Fields> = Omit<Section, keyof Fields> & Readonly<Fields>;

export type DatasetConfig =
  | With<FilledConfig['dataset'], { name: 'mnist'; path: null; classes: null }>
  /** `path` is as written: absolute, or relative to the config file's folder; null for the usual place. */
  | With<
      FilledConfig['dataset'],
      { name: Exclude<OfficialName, 'mnist'>; path: string | null; classes: null }
    >
  | With<FilledConfig['dataset'], { name: 'images'; path: string; classes: null }>
  | With<FilledConfig['dataset'], { name: 'idx'; path: string }>;

/** One architecture with the fields that belong to it; `name` is as written. */
export type ModelConfig =
  | {
      readonly name: string;
      readonly family: 'small-cnn';
      readonly channels: readonly [number, number];
      readonly hidden: number;
    }
  | { readonly name: string; readonly family: 'mlp'; readonly layers: readonly number[] }
  | {
      readonly name: string;
      readonly family: 'preact-resnet';
      readonly width: number;
      readonly blocks: readonly number[];
    }
  | {
      readonly name: string;
      readonly family: 'wide-resnet';
      readonly depth: number;
      readonly widenFactor: number;
    };

type AttackConfig = With<FilledConfig['attack'], { stepSize: number; loss: 'kl' | 'cross-entropy' }>;
type TaylorConfig = With<FilledConfig['taylor'], { sigma: number; sigmaScale: 'absolute' | 'filter' }>;
type EvaluationConfig = With<
  FilledConfig['evaluation'],
  { stepSize: number; final: With<FilledConfig['evaluation']['final'], { stepSize: number }> }
>;

/** The config that training follows: every field present, every fraction a number, every rule applied. */
export type Config = With<
  FilledConfig,
  {
    dataset: DatasetConfig;
    model: ModelConfig;
    threat: With<FilledConfig['threat'], { epsilon: number }>;
    attack: AttackConfig;
    taylor: TaylorConfig;
    schedule: With<FilledConfig['schedule'], { peakEpoch: number }>;
    evaluation: EvaluationConfig;
  }
>;

/**
 * Fills in the defaults and applies the rules behind null. `raw` must satisfy `configSchema`; it is not changed.
 * A missing path of an "idx" or "images" dataset becomes "", which `checkSemantics` refuses.
 */
export function resolveConfig(raw: RawConfig): Config {
  const { $schema: _, ...filled } = Default(configSchema, Clone(raw)) as Filled<RawConfig>;
  const epsilon = parseFraction(filled.threat.epsilon);
  return {
    ...filled,
    dataset: resolveDataset(filled.dataset),
    model: resolveModel(filled.model, parseModelName(filled.model.name)),
    threat: { ...filled.threat, epsilon },
    attack: resolveAttack(filled, epsilon),
    taylor: resolveTaylor(filled.taylor),
    schedule: { ...filled.schedule, peakEpoch: filled.schedule.peakEpoch ?? 0.3 * filled.epochs },
    evaluation: resolveEvaluation(filled.evaluation, epsilon),
  };
}

/** Every default, on MNIST with the small CNN and TRADES' epsilon for it. */
export function defaultConfig(): Config {
  return resolveConfig({
    dataset: { name: 'mnist' },
    model: { name: 'small-cnn' },
    threat: { norm: 'linf', epsilon: 0.3 },
  });
}

function resolveDataset(dataset: FilledConfig['dataset']): DatasetConfig {
  const { name, path } = dataset;
  switch (name) {
    case 'mnist':
      return { ...dataset, name, path: null, classes: null };
    case 'idx':
      return { ...dataset, name, path: path ?? '' };
    case 'images':
      return { ...dataset, name, path: path ?? '', classes: null };
    default:
      return { ...dataset, name, path, classes: null };
  }
}

function resolveModel(model: FilledConfig['model'], parsed: ModelName): ModelConfig {
  const { name, channels, hidden, layers, width, blocks } = model;
  switch (parsed.family) {
    case 'small-cnn':
      return { name, family: 'small-cnn', channels, hidden };
    case 'mlp':
      return { name, family: 'mlp', layers };
    case 'preact-resnet':
      return { name, family: 'preact-resnet', width, blocks };
    case 'wide-resnet':
      return { name, ...parsed };
  }
}

function resolveAttack({ attack, objective, threat }: FilledConfig, epsilon: number): AttackConfig {
  const defaultStepSize =
    threat.norm === 'linf' ? epsilon / 4 : Math.min(epsilon, (2 * epsilon) / attack.steps);
  const defaultLoss = objective.name === 'trades' ? 'kl' : 'cross-entropy';
  return {
    ...attack,
    stepSize: attack.stepSize === null ? defaultStepSize : parseFraction(attack.stepSize),
    loss: attack.loss === 'auto' ? defaultLoss : attack.loss,
  };
}

function resolveTaylor(taylor: FilledConfig['taylor']): TaylorConfig {
  const [sigma, sigmaScale] =
    taylor.estimator === 'last-layer' ? ([1e-4, 'absolute'] as const) : ([0.01, 'filter'] as const);
  return {
    ...taylor,
    sigma: taylor.sigma === null ? sigma : parseFraction(taylor.sigma),
    sigmaScale: taylor.sigmaScale ?? sigmaScale,
  };
}

function resolveEvaluation(evaluation: FilledConfig['evaluation'], epsilon: number): EvaluationConfig {
  const { stepSize, final } = evaluation;
  return {
    ...evaluation,
    stepSize: stepSize === null ? epsilon / 4 : parseFraction(stepSize),
    final: { ...final, stepSize: final.stepSize === null ? epsilon / 10 : parseFraction(final.stepSize) },
  };
}
