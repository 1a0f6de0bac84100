import type { LandscapeResult } from './landscape';

/** A run whose landscapes are shown. */
export interface LandscapeRun {
  readonly runFolder: string;
  readonly name: string;
}

/** A stored landscape of a run, finished or growing. */
export interface StoredLandscape {
  readonly runFolder: string;
  /** Absolute path of its file. */
  readonly file: string;
  readonly result: LandscapeResult;
  /** `running` while a process works on it; `stopped`, `failed` and `died` can be continued. */
  readonly state: 'running' | 'finished' | 'stopped' | 'failed' | 'died';
}

export interface LandscapeSnapshot {
  readonly runs: readonly LandscapeRun[];
  readonly landscapes: readonly StoredLandscape[];
  /** Whether measuring is allowed here: not in folders that the person has not trusted. */
  readonly canMeasure: boolean;
  readonly viewState?: unknown;
}

/** What the host tells the landscape page. */
export interface LandscapePage {
  /** Everything; what the page held before is void. */
  hydrate(snapshot: LandscapeSnapshot): void;
  /** All landscapes as they are now: one has grown, ended, come or gone. */
  landscapes(landscapes: readonly StoredLandscape[]): void;
}

/** A picture the page has made, for the host to save where the user says. */
export interface LandscapePicture {
  /** File name to propose. */
  readonly name: string;
  readonly kind: 'png';
  readonly content: Uint8Array;
}

/** What the landscape page asks of the host. */
export interface LandscapeHost {
  /** The page shows and knows nothing yet. */
  ready(): void;
  /** Asks the person what to measure, and measures it. */
  measure(): void;
  /** Ends the process that works on this file; what was finished stays. */
  stop(file: string): void;
  /** Goes on with an unfinished landscape. */
  resume(file: string): void;
  saveFile(file: LandscapePicture): void;
  /** Saves all figures as comma-separated values. */
  exportCsv(): void;
  openDashboard(runFolder: string): void;
  /** What the page shall be told when it shows these runs again. */
  viewState(state: unknown): void;
}
