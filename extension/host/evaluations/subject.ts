import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { knownFacts } from '../../contract/datasets';
import { runFiles } from '../../contract/runFolder';
import { readRunSetup } from '../dashboard/runSetup';

/** What of a run an evaluation takes over. */
export interface RunSubject {
  readonly runFolder: string;
  readonly name: string;
  readonly norm?: 'linf' | 'l2';
  readonly epsilon?: number;
  /** Of the test set, where the dataset's name tells it. */
  readonly testExamples?: number;
  /** Checkpoints, the best first. */
  readonly checkpoints: readonly string[];
}

export async function readRunSubject(runFolder: string): Promise<RunSubject> {
  const { name, config } = await readRunSetup(runFolder);
  const threat = fieldsOf(fieldsOf(config)['threat']);
  const facts = knownFacts(String(fieldsOf(fieldsOf(config)['dataset'])['name']));
  const { norm, epsilon } = threat;
  const folder = path.join(runFolder, runFiles.checkpoints);
  const names = await readdir(folder).catch((): string[] => []);
  const order = ['best.safetensors', 'last.safetensors'];
  return {
    runFolder,
    name,
    ...(norm === 'linf' || norm === 'l2' ? { norm } : {}),
    ...(typeof epsilon === 'number' ? { epsilon } : {}),
    ...(facts ? { testExamples: facts.testExamples } : {}),
    checkpoints: order.filter(file => names.includes(file)).map(file => path.join(folder, file)),
  };
}

/** The run in whose `checkpoints` a file lies. */
export function runOfCheckpoint(file: string): string | undefined {
  const parent = path.dirname(file);
  const run = path.dirname(parent);
  return path.basename(parent) === runFiles.checkpoints && isRun(run) ? run : undefined;
}

/** Whether a folder is a run's. */
export function isRun(folder: string): boolean {
  return existsSync(path.join(folder, runFiles.record));
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
