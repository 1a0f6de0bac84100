import type { RunEvent } from '../../contract/events';
import { WorkerFailed } from '../parallel/workerTeam';
import { announce } from './control/announce';
import { type Control, openControl } from './control/openControl';
import { RunRequests } from './control/runRequests';
import { logLine } from './logLine';
import type { PreparedRun } from './prepare';
import { StopRequested } from './stop';
import { throughLosses } from './throughLosses';
import type { TrainingRun } from './trainingRun';

export type Outcome =
  | { readonly status: 'finished' | 'stopped' }
  | { readonly status: 'failed'; readonly error: unknown };

/**
 * Trains a prepared run to its end, whatever that is, and lets go of everything it held. The last event and `run.json` tell
 * how it ended. When even that cannot be written (a full disk), the first error is still the one returned.
 */
export async function executeRun(
  prepared: PreparedRun,
  listen: (event: RunEvent) => void,
  signal: AbortSignal,
): Promise<Outcome> {
  const { folder, engine, steps } = prepared;
  const held: { run?: TrainingRun | undefined; control?: Control } = {};
  const requests = new RunRequests(signal, (isPaused, seconds) => {
    held.control?.tellPaused(isPaused);
    held.run?.tell('info', isPaused ? 'Paused.' : `Goes on after a pause of ${Math.round(seconds)} s.`);
  });
  const tell = (event: RunEvent) => {
    const line = logLine(event);
    if (line !== undefined) folder.log(line);
    held.control?.tell(event);
    listen(event);
  };
  try {
    held.control = await openControl(folder, requests);
    announce({ runFolder: folder.path, engine: engine.name, device: engine.device });
    held.run = await prepared.begin(tell, requests);
    if (held.control.problem !== undefined) held.run.tell('warning', held.control.problem);
    for (const { level, text } of prepared.notes) held.run.tell(level, text);
    const recover = prepared.recover;
    const status = await throughLosses(
      {
        run: held.run,
        recover:
          recover &&
          (async () => {
            held.run = undefined;
            held.run = await recover(tell, requests);
            return held.run;
          }),
      },
      trainOrStop,
    );
    held.run.end(status);
    await folder.updateRecord({ status });
    await folder.close();
    requests.end();
    return { status };
  } catch (error) {
    await recordFailure(prepared, held.run, error);
    requests.end(error instanceof Error ? error : new Error(String(error)));
    return { status: 'failed', error };
  } finally {
    await held.control?.close();
    held.run?.dispose();
    await steps.close();
    await engine.close();
  }
}

async function trainOrStop(run: TrainingRun): Promise<'finished' | 'stopped'> {
  try {
    await run.train();
    return 'finished';
  } catch (error) {
    // Nothing is lost with a worker: the state of the run is not with the workers.
    if (error instanceof StopRequested || error instanceof WorkerFailed) await run.save();
    if (!(error instanceof StopRequested)) throw error;
    return 'stopped';
  }
}

async function recordFailure(
  { folder }: PreparedRun,
  run: TrainingRun | undefined,
  error: unknown,
): Promise<void> {
  const reason = error instanceof Error ? error.message : String(error);
  folder.log(error instanceof Error ? (error.stack ?? reason) : reason);
  const attempts = [
    async () => run?.end('failed', reason),
    () => folder.updateRecord({ status: 'failed', reason }),
    () => folder.close(),
  ];
  for (const attempt of attempts) await attempt().catch(second => folder.log(String(second)));
}
