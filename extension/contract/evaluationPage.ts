import type { SavedFile } from './dashboard';
import type { EvaluationSetting, EvaluationWarning, RobustnessEvaluation } from './evaluation';
import type { MeasurementStanding, MeasurementState } from './measurement';

/** A stored evaluation as the pages show it: without what only a resume or a list of indices needs. */
export interface EvaluationView {
  /** Its file's name without `.json`: what a page calls it when it asks for something. */
  readonly name: string;
  readonly state: MeasurementState;
  readonly setting: EvaluationSetting;
  readonly engine: string;
  readonly device: string;
  readonly startedAt: string;
  readonly updatedAt: string;
  /** Time it took, over all sessions. */
  readonly seconds: number;
  readonly standing?: MeasurementStanding;
  /** Why the last session ended before its time. */
  readonly failure?: string;
  readonly figures: RobustnessEvaluation['figures'];
  readonly warnings: readonly EvaluationWarning[];
  /** One line for a shell that repeats it, or goes on with it. */
  readonly commandLine?: string;
}

/** What a page that shows evaluations asks of the host. They are named as in `EvaluationView`. */
export interface EvaluationsHost {
  /** Asks the person how, and evaluates. */
  evaluate(): void;
  /** Ends the process at work; what it has finished stays. */
  stopEvaluation(name: string): void;
  /** Goes on with one that was stopped, failed or died. */
  continueEvaluation(name: string): void;
  copyCommand(name: string): void;
  /** The numbers, in the dataset, of the examples that no attack broke. */
  copyRobustIndices(name: string): void;
  saveRobustIndices(name: string): void;
}

/** What the host tells a page that shows evaluations. */
export interface EvaluationsPage {
  /** All of them, the newest first; void is what was told before. */
  evaluations(evaluations: readonly EvaluationView[]): void;
  /** The one of that name, now or as soon as it is there, is what the person wants to see. */
  revealEvaluation(name: string): void;
}

/** What the host tells the page of evaluations of checkpoints outside runs. */
export interface CheckpointEvaluationsPage extends EvaluationsPage {
  /** Everything; what the page held before is void. */
  hydrate(snapshot: { readonly holder: string; readonly evaluations: readonly EvaluationView[] }): void;
}

export interface CheckpointEvaluationsHost extends EvaluationsHost {
  /** The page shows and knows nothing yet. */
  ready(): void;
  saveFile(file: SavedFile): void;
}
