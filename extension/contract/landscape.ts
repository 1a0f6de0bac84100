import type { EvaluationSetting } from './evaluation';
import type { SharpnessEstimate } from './events';
import { parseMeasurement, type StoredMeasurement } from './measurement';

/**
 * Cross-entropy in eval mode, without augmentation, on
 * - clean: the images as they are
 * - fixed: adversarial images, made once at the checkpoint's weights and kept; beside w they underestimate the robust loss
 * - regenerated: adversarial images that are made anew wherever the loss is looked at
 */
export const landscapeLosses = ['clean', 'fixed', 'regenerated'] as const;
export type LandscapeLoss = (typeof landscapeLosses)[number];

export const landscapeMeasures = [
  'sharpness',
  'worst-case',
  'eigenvalue',
  'trace',
  'curve',
  'surface',
] as const;
export type LandscapeMeasure = (typeof landscapeMeasures)[number];

/** What the length of a random direction is relative to: nothing, each weight's size, or each filter's norm. */
export const sharpnessScales = ['filter', 'adaptive', 'absolute'] as const;
export type SharpnessScale = (typeof sharpnessScales)[number];

/** What is measured, and how. Equal settings name the same result. */
export interface LandscapeSetting {
  readonly checkpoint: EvaluationSetting['checkpoint'];
  readonly model: string;
  readonly normalisation?: NonNullable<EvaluationSetting['normalisation']>;
  /** `sha256`: of the images looked at. */
  readonly dataset: EvaluationSetting['dataset'];
  readonly split: 'train' | 'test';
  /** Numbers of the images in that part of the dataset. */
  readonly indices: readonly number[];
  readonly batchNorm: 'eval';
  readonly losses: readonly LandscapeLoss[];
  /** PGD on cross-entropy from a uniform start, where a loss is adversarial. */
  readonly attack?: {
    readonly norm: 'linf' | 'l2';
    readonly epsilon: number;
    readonly steps: number;
    readonly stepSize: number;
  };
  readonly measures: readonly LandscapeMeasure[];
  /** Expected sharpness: random directions, antithetic, and their length in each scale. */
  readonly sharpness?: {
    readonly directions: number;
    readonly scales: readonly { readonly scale: SharpnessScale; readonly rho: number }[];
  };
  /** Length of the worst-case step. */
  readonly worstCaseRho?: number;
  /** Random sign vectors of the trace. */
  readonly probes?: number;
  /** Curve and surface: from -radius to radius along filter-normalised directions. */
  readonly grid?: {
    readonly radius: number;
    readonly points: number;
    /** The checkpoint to whose filters the directions are normalised, where it is another one. */
    readonly directionsOf?: { readonly file: string; readonly sha256: string };
  };
  /** Of the images, the attack's starts and the directions. */
  readonly seed: number;
}

export interface SharpnessResult extends SharpnessEstimate {
  readonly loss: LandscapeLoss;
  readonly scale: SharpnessScale;
  readonly rho: number;
  /** The same measurement with rho = 0. */
  readonly noiseFloor: number;
}

export interface WorstCaseResult {
  readonly loss: LandscapeLoss;
  readonly rho: number;
  /** L(w + rho g / ||g||) - L(w) */
  readonly rise: number;
  readonly gradientNorm: number;
}

export interface EigenvalueResult {
  readonly loss: LandscapeLoss;
  readonly value: number;
  readonly iterations: number;
  readonly converged: boolean;
  /**
   * ||H v - value v|| / |value|. With regenerated examples the gradient jumps where the attack's sign steps flip, so that the
   * Hessian is one at the scale of the difference step.
   */
  readonly residual: number;
}

export interface TraceResult extends SharpnessEstimate {
  readonly loss: LandscapeLoss;
}

/** What has been measured so far. Losses are in nats. */
export interface LandscapeFigures {
  readonly sharpness: readonly SharpnessResult[];
  readonly worstCase: readonly WorstCaseResult[];
  readonly eigenvalue: readonly EigenvalueResult[];
  readonly trace: readonly TraceResult[];
  /** Values at the axis's points along the first direction; fewer while it grows. */
  readonly curve: readonly { readonly loss: LandscapeLoss; readonly values: readonly number[] }[];
  /** Rows along the first direction, one for each point along the second; fewer while it grows. */
  readonly surface: readonly {
    readonly loss: LandscapeLoss;
    readonly rows: readonly (readonly number[])[];
  }[];
}

/**
 * What `landscape` leaves in a run's `evaluations/`, one file a result, replaced as a whole after every figure, point of a
 * curve and row of a surface.
 */
export interface LandscapeResult extends LandscapeFigures, StoredMeasurement {
  readonly kind: 'landscape';
  readonly setting: LandscapeSetting;
  /** Points of the curve's and the surface's axes, in multiples of the directions; empty without either. */
  readonly axis: readonly number[];
  /** Where it stands; gone once it has finished. */
  readonly progress?: { readonly tasks: number; readonly batchSize: number };
}

/** What `landscape` tells while it runs: one JSON object a line with `--progress json`. */
export type LandscapeEvent =
  | {
      readonly type: 'landscape-started';
      /** Absolute path of the file that is being written. */
      readonly file: string;
      readonly engine: string;
      readonly device: string;
      readonly examples: number;
      readonly measures: readonly LandscapeMeasure[];
      /** Whether it goes on from an earlier, interrupted session. */
      readonly resumed: boolean;
    }
  | {
      readonly type: 'landscape-progress';
      /** `surface, row 3 of 15`, `eigenvalue, clean`. */
      readonly task: string;
      /** Of the whole, in [0, 1], by an upper bound of the work that is left. */
      readonly fraction: number;
      readonly seconds: number;
      readonly secondsLeft?: number;
    }
  | { readonly type: 'landscape-task'; readonly task: string; readonly seconds: number }
  | { readonly type: 'landscape-finished'; readonly file: string; readonly seconds: number };

/** Reads a landscape file of `evaluations/`; undefined where it is something else, damaged or of a newer version. */
export function parseLandscape(text: string): LandscapeResult | undefined {
  const value = parseMeasurement(text);
  if (value?.kind !== 'landscape') return undefined;
  const { setting, ...rest } = value as Partial<Record<keyof LandscapeResult, unknown>>;
  const lists = [
    rest.axis,
    rest.sharpness,
    rest.worstCase,
    rest.eigenvalue,
    rest.trace,
    rest.curve,
    rest.surface,
  ];
  const isOurs = typeof setting === 'object' && setting !== null && lists.every(Array.isArray);
  return isOurs ? (value as LandscapeResult) : undefined;
}
