import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { RunEvent } from '../../../extension/contract/events';
import { parseMetrics } from '../../../extension/contract/metrics';
import { isProcessAlive } from '../../../extension/contract/processIdentity';
import type { RunRecord } from '../../../extension/contract/runFolder';
import { type Launch, launchTrainer } from '../../../extension/host/runs/launchTrainer';
import { killTree } from '../../../extension/host/runs/processTree';
import { connectTrainer, type TrainerConnection } from '../../../extension/host/runs/trainerConnection';
import { writeTinyDataset } from './tinyDataset';

/** Some thousand quick steps; tests that want the end set `epochs`. */
const config = {
  name: 'tiny',
  seed: 5,
  dataset: { name: 'idx', path: 'data', validationExamples: 20 },
  model: { name: 'preact-resnet-18', width: 2, blocks: [1, 1, 1, 1] },
  threat: { norm: 'linf', epsilon: 0.1 },
  attack: { steps: 1 },
  optimizer: { learningRate: 0.05 },
  schedule: { name: 'constant' },
  epochs: 1000,
  batchSize: 10,
  evaluation: { everyEpochs: 3, examples: 20, steps: 1, final: { examples: 20, steps: 1 } },
  sharpness: { everyEpochs: 0 },
  examples: { everyEpochs: 0 },
  checkpoint: { everySteps: 4 },
  compute: { engine: 'wasm', logEverySteps: 1 },
};

export const testRuntime = { path: process.execPath, environment: {}, version: process.versions.node };

/** Writes a dataset and a config with these changes, and returns what starts a trainer on it. */
export async function writeTinyRun(folder: string, changes: Record<string, unknown> = {}): Promise<Launch> {
  await writeTinyDataset(path.join(folder, 'data'));
  const file = path.join(folder, 'tiny.rat.json');
  await writeFile(file, JSON.stringify({ ...config, ...changes }, null, 2));
  return {
    node: testRuntime,
    trainer: path.resolve('dist/trainer.js'),
    workspace: folder,
    task: { config: file },
  };
}

/** Starts a real trainer as the editor does. @returns the run folder */
export async function startTinyRun(folder: string, changes: Record<string, unknown> = {}): Promise<string> {
  const launch = await writeTinyRun(folder, changes);
  return (await launchTrainer(launch, new AbortController().signal)).runFolder;
}

export async function resumeRun(runFolder: string): Promise<void> {
  const workspace = path.resolve(runFolder, '../../..');
  const trainer = path.resolve('dist/trainer.js');
  const launch = { node: testRuntime, trainer, workspace, task: { resume: runFolder } };
  await launchTrainer(launch, new AbortController().signal);
}

export async function recordOf(runFolder: string): Promise<RunRecord> {
  return JSON.parse(await readFile(path.join(runFolder, 'run.json'), 'utf8'));
}

export async function eventsIn(runFolder: string): Promise<RunEvent[]> {
  return parseMetrics(await readFile(path.join(runFolder, 'metrics.jsonl'), 'utf8')).events;
}

export async function connectTo(runFolder: string): Promise<TrainerConnection> {
  const { control } = await recordOf(runFolder);
  if (control === undefined) throw new Error(`${runFolder} has no control address`);
  return connectTrainer(control);
}

/** What comes over the connection, and promises for what is awaited. */
export function listenTo(connection: TrainerConnection) {
  const events: RunEvent[] = [];
  const waiting: { readonly fits: (event: RunEvent) => boolean; resolve(event: RunEvent): void }[] = [];
  connection.onEvents(({ batch }) => {
    for (const event of batch) {
      events.push(event);
      for (const [i, { fits, resolve }] of [...waiting.entries()].reverse()) {
        if (!fits(event)) continue;
        waiting.splice(i, 1);
        resolve(event);
      }
    }
  });
  return {
    events,
    closed: new Promise<void>(resolve => connection.onClose(resolve)),
    /** The next event that fits. */
    next: (fits: (event: RunEvent) => boolean = () => true) =>
      new Promise<RunEvent>(resolve => waiting.push({ fits, resolve })),
  };
}

/** Ends the run's trainer, whatever state a failed test has left it in. */
export async function killTrainerOf(runFolder: string): Promise<void> {
  const { process } = await recordOf(runFolder);
  if (!process || !isProcessAlive(process)) return;
  await killTree(process.pid);
  await trainerGone(runFolder);
}

/** Resolves when the process that the record names has ended. */
export async function trainerGone(runFolder: string): Promise<void> {
  for (;;) {
    const { process } = await recordOf(runFolder);
    if (!process || !isProcessAlive(process)) return;
    await new Promise(resolve => setTimeout(resolve, 20));
  }
}
