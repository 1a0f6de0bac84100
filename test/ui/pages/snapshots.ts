import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { ComparedRun, DashboardSnapshot, RunState } from '../../../extension/contract/dashboard';
import type { RunEvent } from '../../../extension/contract/events';
import { parseMetrics } from '../../../extension/contract/metrics';
import { beginning, RunHistory } from '../../../extension/host/dashboard/runHistory';
import { readRunSetup } from '../../../extension/host/dashboard/runSetup';
import { runsFolder } from './harness';

export const finished: RunState = { status: 'finished', live: false, paused: false };
export const running: RunState = { status: 'running', live: true, paused: false };

/** The events of a stored run. */
export async function readEvents(run: string): Promise<RunEvent[]> {
  return parseMetrics(await readFile(path.join(runsFolder, run, 'metrics.jsonl'), 'utf8')).events;
}

/** What the host tells a dashboard of a stored run, made by the host's own code. */
export async function dashboardSnapshot(
  run: string,
  { address, events, state = finished }: { address: string; events?: readonly RunEvent[]; state?: RunState },
): Promise<DashboardSnapshot> {
  const { setup, news } = await comparedRun(run, state, events);
  return {
    setup,
    state,
    news,
    evaluations: [],
    runFolderUri: `${address}/${run}`,
    log: (events ?? (await readEvents(run)))
      .filter(event => event.type === 'message')
      .map(({ time, text }) => `${time} ${text}\n`)
      .join(''),
  };
}

/** What the host tells a compare page of a stored run. */
export async function comparedRun(
  run: string,
  state: RunState = finished,
  events?: readonly RunEvent[],
): Promise<ComparedRun> {
  const history = new RunHistory();
  history.append(events ?? (await readEvents(run)));
  return { setup: await readRunSetup(path.join(runsFolder, run)), state, news: history.since(beginning) };
}
