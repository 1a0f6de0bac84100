import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { LossWeights, RunSetup, RunState } from '../../contract/dashboard';
import { decodeJson } from '../../contract/metrics';
import { type RunRecord, runFiles } from '../../contract/runFolder';

/** How the run in a folder was configured. What cannot be read is left out: a damaged folder is shown as far as it goes. */
export async function readRunSetup(runFolder: string): Promise<RunSetup> {
  const config = child(await readJson(path.join(runFolder, runFiles.config)), 'config');
  const weights = lossWeights(config);
  const name = child(config, 'name');
  const objective = child(child(config, 'objective'), 'name');
  return {
    name: typeof name === 'string' ? name : path.basename(runFolder),
    runFolder,
    objective: typeof objective === 'string' ? objective : '',
    ...(weights ? { lossWeights: weights } : {}),
    config: config ?? {},
  };
}

/** `run.json` with what the connection to the trainer knows. A run without a readable record is interrupted. */
export async function readRunState(
  runFolder: string,
  connection: { live: boolean; paused: boolean },
): Promise<RunState> {
  const record = (await readJson(path.join(runFolder, runFiles.record))) as Partial<RunRecord> | undefined;
  const status = record?.status ?? 'interrupted';
  return {
    status:
      status === 'running' && !connection.live && record?.process === undefined ? 'interrupted' : status,
    live: connection.live,
    paused: connection.paused,
    ...(record?.reason === undefined ? {} : { reason: record.reason }),
  };
}

/**
 * The weights of the terms in the training loss:
 * (1 - alpha) natural + beta robust + alpha first + alpha secondWeight second, where terms above the Taylor order are
 * absent, and alpha is 0 at order 0.
 */
export function lossWeights(config: unknown): LossWeights | undefined {
  const objective = child(config, 'objective');
  const taylor = child(config, 'taylor');
  const [beta, order, alpha, secondWeight] = [
    child(objective, 'beta'),
    child(taylor, 'order'),
    child(taylor, 'alpha'),
    child(taylor, 'secondWeight'),
  ];
  if (typeof beta !== 'number' || typeof order !== 'number') return undefined;
  if (typeof alpha !== 'number' || typeof secondWeight !== 'number') return undefined;
  const first = order >= 1 ? alpha : 0;
  return { natural: 1 - first, robust: beta, first, second: order >= 2 ? alpha * secondWeight : 0 };
}

async function readJson(file: string): Promise<unknown> {
  try {
    return decodeJson(await readFile(file, 'utf8'));
  } catch {
    return undefined;
  }
}

function child(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}
