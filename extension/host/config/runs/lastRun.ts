import { newestRuns, type StartedRun } from './recentRuns';

/** The newest run of the experiment called `name`; one started from the same folder's configs goes first. */
export async function lastRunOf(
  workspaceFolder: string,
  name: string,
  configFolder: string,
): Promise<StartedRun | undefined> {
  let namesake: StartedRun | undefined;
  for await (const run of newestRuns(workspaceFolder)) {
    if (run.config.name !== name) continue;
    if (run.configFolder === configFolder) return run;
    namesake ??= run;
  }
  return namesake;
}
