import type { Uri } from 'vscode';
import type { Event } from '../dispose';

export interface ExperimentsDependencies {
  readonly runs: {
    isPaused(runFolder: string): boolean;
    /** Tells the folder of a run that went live, ended, paused or went on. */
    readonly onDidChangeLive: Event<string>;
  };
  /** Opens the comparison of several runs. */
  compare(runFolders: readonly string[]): Promise<void>;
  /** Writes the config of a run as a new config file. */
  newConfigOfRun(runFolder: string): Promise<Uri>;
}
