/**
 * What a run tells: one event a line in `metrics.jsonl`, and the same objects over the wire.
 * Accuracies are fractions in [0, 1]; losses are batch or subset means in nats; times are seconds.
 */
export type RunEvent =
  | StartedEvent
  | ResumedEvent
  | StepEvent
  | EpochEvent
  | EvaluationEvent
  | SharpnessEvent
  | ExamplesEvent
  | CheckpointEvent
  | MessageEvent
  | EndedEvent;

interface At {
  /** Training steps finished when the event was written. */
  readonly step: number;
  /** Epochs finished, with the fraction of the current one: 2.5 is the middle of the third. */
  readonly epoch: number;
  /** Wall-clock time, ISO 8601. */
  readonly time: string;
}

export interface StartedEvent extends At {
  readonly type: 'started';
  readonly engine: string;
  readonly device: string;
  readonly parameters: number;
  readonly stepsPerEpoch: number;
  readonly totalSteps: number;
}

/** The run continues from a checkpoint: a reader drops earlier events whose `step` is greater than this one's. */
export interface ResumedEvent extends At {
  readonly type: 'resumed';
  readonly engine: string;
  readonly device: string;
}

/**
 * Terms of the training loss, each before its weight in the total.
 * `natural`: classification term (cross-entropy on clean images; on adversarial ones for PGD-AT and MART).
 * `robust`: the objective's KL term. `first`, `second`: the Taylor terms. `zeroth`: natural + beta * robust.
 */
export interface LossTerms {
  readonly total: number;
  readonly zeroth: number;
  readonly natural: number;
  readonly robust?: number;
  readonly first?: number;
  readonly second?: number;
}

export interface StepEvent extends At {
  readonly type: 'step';
  readonly loss: LossTerms;
  readonly learningRate: number;
  /** Accuracy on this batch's clean images, where the objective computes their logits. */
  readonly cleanAccuracy?: number;
  /** Accuracy on this batch's adversarial images, where the objective computes their logits. */
  readonly robustAccuracy?: number;
  readonly imagesPerSecond: number;
}

/** Means of the step figures over one epoch. */
export interface EpochEvent extends At {
  readonly type: 'epoch';
  readonly loss: LossTerms;
  readonly cleanAccuracy?: number;
  readonly robustAccuracy?: number;
  readonly seconds: number;
}

export interface EvaluationEvent extends At {
  readonly type: 'evaluation';
  /** Model selection looks at `validation` only; `test` is measured once, at the end. */
  readonly split: 'validation' | 'test';
  /** Which weights: the current ones, or the best checkpoint. */
  readonly weights: 'current' | 'best';
  readonly examples: number;
  readonly attack: string;
  readonly cleanAccuracy: number;
  readonly robustAccuracy: number;
  readonly cleanLoss: number;
  readonly robustLoss: number;
  readonly seconds: number;
}

export interface SharpnessEstimate {
  /** Mean over directions of E[L(w + u)] - L(w). */
  readonly mean: number;
  readonly standardError: number;
}

/** Expected filter-normalised sharpness (landscape measure), on fixed images and fixed directions. */
export interface SharpnessEvent extends At {
  readonly type: 'sharpness';
  readonly rho: number;
  readonly directions: number;
  readonly examples: number;
  readonly clean: SharpnessEstimate;
  /** Adversarial images made once at w and kept fixed for every direction. */
  readonly adversarial: SharpnessEstimate;
  /** The same measurement with rho = 0: what rounding alone produces. */
  readonly noiseFloor: number;
  readonly batchNorm: 'eval';
  readonly seconds: number;
}

export interface ExampleThumbnail {
  /** Index into the dataset's split. */
  readonly index: number;
  readonly label: number;
  readonly cleanPrediction: number;
  readonly adversarialPrediction: number;
}

export interface ExamplesEvent extends At {
  readonly type: 'examples';
  /** PNG in the run folder: one column an example; rows clean, perturbation, adversarial. */
  readonly file: string;
  /** Side of one thumbnail in pixels. */
  readonly cell: number;
  /** Grey 0.5 + perturbation * amplification: how the middle row was drawn. */
  readonly amplification: number;
  readonly thumbnails: readonly ExampleThumbnail[];
}

export interface CheckpointEvent extends At {
  readonly type: 'checkpoint';
  readonly name: 'last' | 'best';
  /** Validation robust accuracy of the weights, for `best`. */
  readonly robustAccuracy?: number;
}

export interface MessageEvent extends At {
  readonly type: 'message';
  readonly level: 'info' | 'warning' | 'error';
  readonly text: string;
}

export interface EndedEvent extends At {
  readonly type: 'ended';
  readonly status: 'finished' | 'stopped' | 'failed';
  readonly reason?: string;
  readonly seconds: number;
}
