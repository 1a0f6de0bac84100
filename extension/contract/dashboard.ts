import type { TableSlice } from './columns';
import type { EvaluationsHost, EvaluationsPage, EvaluationView } from './evaluationPage';
import type { EvaluationEvent, ExamplesEvent, MessageEvent } from './events';
import type { RunStatus } from './runFolder';

/**
 * What the pages and the extension host say to each other. Each side of a conversation is an interface of methods with at
 * most one argument and no answer; a call travels as a `Call`.
 */
export type Call<Side> = {
  [Method in keyof Side]: Side[Method] extends (...argument: infer Argument) => void
    ? Argument extends [infer Only]
      ? { readonly method: Method; readonly argument: Only }
      : { readonly method: Method }
    : never;
}[keyof Side];

/** Figures of one training step. The loss terms are those of `LossTerms`. */
export type StepFigure = LossFigure | 'learningRate' | 'cleanAccuracy' | 'robustAccuracy' | 'imagesPerSecond';
export type LossFigure = 'total' | 'zeroth' | 'natural' | 'robust' | 'first' | 'second';
/** Means over the training steps of an epoch. */
export type EpochFigure = LossFigure | 'cleanAccuracy' | 'robustAccuracy';
/** Measurements on the validation part; `examples` is how many images were attacked. */
export type ValidationFigure = 'cleanAccuracy' | 'robustAccuracy' | 'cleanLoss' | 'robustLoss' | 'examples';
export type SharpnessFigure =
  | 'clean'
  | 'cleanStandardError'
  | 'adversarial'
  | 'adversarialStandardError'
  | 'noiseFloor';

export interface RunTables {
  readonly steps: TableSlice<StepFigure>;
  readonly epochs: TableSlice<EpochFigure>;
  readonly validation: TableSlice<ValidationFigure>;
  readonly sharpness: TableSlice<SharpnessFigure>;
}

/** What the first event and the last session told about a run. */
export interface RunFacts {
  readonly engine?: string;
  readonly device?: string;
  readonly parameters?: number;
  /** 1 where it is not known yet. */
  readonly stepsPerEpoch: number;
  readonly totalSteps: number;
}

/** How the sharpness was measured. */
export interface SharpnessSetting {
  readonly rho: number;
  readonly directions: number;
  readonly examples: number;
}

/** What happened since the last news, or, in a snapshot, ever. */
export interface RunNews {
  readonly tables: RunTables;
  readonly facts: RunFacts;
  /** The step of the best checkpoint's weights. */
  readonly bestStep?: number;
  /** Why there is a test measurement: training has ended. */
  readonly test?: EvaluationEvent;
  /** The attack of the latest validation. */
  readonly attack?: string;
  readonly sharpnessSetting?: SharpnessSetting;
  readonly examples: readonly ExamplesEvent[];
  readonly messages: readonly MessageEvent[];
}

export interface RunState {
  readonly status: RunStatus;
  /** A trainer works on it and can be asked to pause, stop or save. */
  readonly live: boolean;
  readonly paused: boolean;
  readonly reason?: string;
}

/** Weights with which the terms enter the training loss: their weighted sum is the total. */
export interface LossWeights {
  readonly natural: number;
  readonly robust: number;
  readonly first: number;
  readonly second: number;
}

/** How a run was configured: `config` of its config.json, and what the pages need of it. */
export interface RunSetup {
  readonly name: string;
  readonly runFolder: string;
  readonly objective: string;
  /** Undefined where config.json cannot be read. */
  readonly lossWeights?: LossWeights;
  readonly config: unknown;
}

export interface DashboardSnapshot {
  readonly setup: RunSetup;
  readonly state: RunState;
  readonly news: RunNews;
  /** Address below which the page finds the run folder's files. */
  readonly runFolderUri: string;
  /** The end of log.txt. */
  readonly log: string;
  /** What is stored in the run's `evaluations`, the newest first. */
  readonly evaluations: readonly EvaluationView[];
  /** What `viewState` last told for this run. */
  readonly viewState?: unknown;
}

/** What the host tells the dashboard page. */
export interface DashboardPage extends EvaluationsPage {
  /** Everything; what the page held before is void. */
  hydrate(snapshot: DashboardSnapshot): void;
  /** Goes on where the last `hydrate` or `append` ended. */
  append(news: RunNews): void;
  state(state: RunState): void;
  /** What log.txt has grown by. */
  log(text: string): void;
}

/** A file the page has made, for the host to save where the user says. */
export interface SavedFile {
  /** File name to propose. */
  readonly name: string;
  readonly kind: 'png' | 'svg';
  readonly content: Uint8Array;
}

/** What the dashboard page asks of the host. */
export interface DashboardHost extends EvaluationsHost {
  /** The page shows and knows nothing yet. */
  ready(): void;
  pause(): void;
  unpause(): void;
  stop(): void;
  checkpoint(): void;
  /** Goes on with a run that has ended, from its last checkpoint. */
  resume(): void;
  /** Opens the run's config as a new file. */
  editAndRunAgain(): void;
  exportCsv(): void;
  /** Shows the run's loss landscape, or asks what to measure of it. */
  lossLandscape(): void;
  openLog(): void;
  saveFile(file: SavedFile): void;
  /** What the page shall be told when it shows this run again. */
  viewState(state: unknown): void;
}

export interface ComparedRun {
  readonly setup: RunSetup;
  readonly state: RunState;
  readonly news: RunNews;
}

export interface CompareSnapshot {
  readonly runs: readonly ComparedRun[];
  /** Folders that could not be read, and why. */
  readonly unreadable: readonly { readonly runFolder: string; readonly reason: string }[];
  readonly viewState?: unknown;
}

/** What the host tells the compare page. */
export interface ComparePage {
  hydrate(snapshot: CompareSnapshot): void;
  append(news: { readonly runFolder: string; readonly news: RunNews }): void;
  state(state: { readonly runFolder: string; readonly state: RunState }): void;
}

/** What the compare page asks of the host. */
export interface CompareHost {
  ready(): void;
  openDashboard(runFolder: string): void;
  saveFile(file: SavedFile): void;
  viewState(state: unknown): void;
}
