import { parseMeasurement, type StoredMeasurement } from './measurement';

/**
 * What `evaluate` leaves in a run's `evaluations/`, one file an evaluation, replaced as a whole after every batch: a reader
 * may show it while it grows. Accuracies are fractions of all evaluated examples in [0, 1], times are seconds.
 */
export interface RobustnessEvaluation extends StoredMeasurement {
  readonly kind: 'robustness';
  readonly setting: EvaluationSetting;

  readonly clean: number;
  /** Accuracy after each attack of the list, and under the name of a suite such as `autoattack` after its last one. */
  readonly attacks: Readonly<Record<string, number>>;
  /** Accuracy on examples that no attack broke. While it runs: so far. */
  readonly worstCase: number;
  /** Numbers, in the dataset, of the examples that no attack broke. */
  readonly robustIndices: readonly number[];

  /** The same accuracies with their intervals, classes and times. */
  readonly figures: {
    readonly clean: AccuracyFigure;
    readonly attacks: readonly AttackFigure[];
    readonly worstCase: AccuracyFigure;
  };
  readonly chains: readonly AttackChain[];
  readonly warnings: readonly EvaluationWarning[];
  /** What the evaluation needs to go on; gone once it has finished. */
  readonly progress?: unknown;
}

/** What is evaluated, and how. Equal settings name the same evaluation. */
export interface EvaluationSetting {
  readonly checkpoint: {
    /** Absolute path of the file. */
    readonly file: string;
    /** Of its arrays, by name. */
    readonly sha256: string;
    /** Training steps and epochs behind it, where that is known. */
    readonly step?: number;
    readonly epoch?: number;
  };
  readonly model: string;
  /** Applied to pixels before the network: (x - mean) / std a channel. */
  readonly normalisation?: { readonly mean: readonly number[]; readonly std: readonly number[] };
  readonly dataset: { readonly name: string; readonly path?: string; readonly sha256: string };
  /** Test examples from `from` to before `to`. */
  readonly examples: { readonly from: number; readonly to: number };
  readonly norm: 'linf' | 'l2';
  /** In pixel values of [0, 1]. */
  readonly epsilon: number;
  /** The list of attacks, as asked for. */
  readonly attack: string;
  /** Whether every entry of the list began with all correctly classified examples, instead of those still robust. */
  readonly each: boolean;
  /** Of the iterated attacks, where it was given. */
  readonly stepSize?: number;
  readonly seed: number;
}

export interface AccuracyFigure {
  readonly accuracy: number;
  readonly correct: number;
  readonly examples: number;
  /** 95 % Wilson score interval of the accuracy. */
  readonly interval: readonly [low: number, high: number];
  readonly perClass: readonly ClassFigure[];
}

export interface ClassFigure {
  readonly class: number;
  readonly accuracy: number;
  readonly correct: number;
  readonly examples: number;
  readonly interval: readonly [low: number, high: number];
}

/** One attack. It saw the examples that were robust before it; the accuracy counts those that are robust after it. */
export interface AttackFigure extends AccuracyFigure {
  readonly name: string;
  /** The entry of the list that it belongs to: `autoattack` for `apgd-ce`. */
  readonly entry: string;
  readonly attacked: number;
  readonly broken: number;
  readonly seconds: number;
  /** Examples whose first gradient was zero in every pixel. */
  readonly zeroGradients: number;
}

/** Attacks that ran one after the other, each on what the others had left. */
export interface AttackChain {
  readonly attacks: readonly string[];
  /**
   * What became of every evaluated example, in order: -1 misclassified as it is, 0 robust, k broken by the k-th attack.
   */
  readonly fates: readonly number[];
}

export type WarningCode =
  | 'zero-gradients'
  | 'randomised'
  | 'batch-dependent'
  | 'untrained-statistics'
  | 'softmax-output'
  | 'black-box-beats-gradients'
  | 'single-step-beats-iterated'
  | 'more-steps-hurt'
  | 'large-epsilon-survivors'
  | 'few-classes'
  | 'weights';

/** A sign that the figures may not mean what they seem to. */
export interface EvaluationWarning {
  readonly code: WarningCode;
  /** What was found. */
  readonly found: string;
  /** What it means for the figures. */
  readonly meaning: string;
  /** What to try. */
  readonly advice: string;
}

/** What an evaluation tells while it runs: one JSON object a line with `--progress json`. */
export type EvaluationEvent =
  | {
      readonly type: 'evaluation-started';
      /** Absolute path of the file that is being written. */
      readonly file: string;
      readonly engine: string;
      readonly device: string;
      readonly examples: number;
      readonly attacks: readonly string[];
      /** Whether it goes on from an earlier, interrupted session. */
      readonly resumed: boolean;
    }
  | {
      readonly type: 'evaluation-progress';
      /** `clean` and `checks` come before the first attack. */
      readonly stage: string;
      /** From 0: a target, or a restart. */
      readonly pass: number;
      readonly passes: number;
      /** Of the whole evaluation, in [0, 1], by an upper bound of the work that is left. */
      readonly fraction: number;
      /** Examples that are robust so far. */
      readonly robust: number;
      readonly examples: number;
      readonly seconds: number;
      readonly secondsLeft?: number;
    }
  | {
      readonly type: 'evaluation-stage';
      readonly stage: string;
      readonly figure: AccuracyFigure | AttackFigure;
    }
  | { readonly type: 'evaluation-warning'; readonly warning: EvaluationWarning }
  | {
      readonly type: 'evaluation-finished';
      readonly file: string;
      readonly clean: number;
      readonly worstCase: number;
      readonly seconds: number;
    };

/**
 * Reads a file of `evaluations/`.
 * @returns undefined where it is something else: damaged, of a newer version, or the figures of a run's end
 */
export function parseEvaluation(text: string): RobustnessEvaluation | undefined {
  const value = parseMeasurement(text);
  if (value?.kind !== 'robustness') return undefined;
  const { setting, clean, worstCase, chains, figures } = value as Partial<
    Record<keyof RobustnessEvaluation, unknown>
  >;
  const isOurs =
    typeof setting === 'object' &&
    setting !== null &&
    typeof clean === 'number' &&
    typeof worstCase === 'number' &&
    typeof figures === 'object' &&
    figures !== null &&
    Array.isArray(chains);
  return isOurs ? (value as RobustnessEvaluation) : undefined;
}
