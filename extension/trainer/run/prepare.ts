import path from 'node:path';
import { type Config, checkSemantics, knownFacts } from '../../contract/config';
import type { RunEvent } from '../../contract/events';
import { type Checkpoint, loadCheckpoint } from '../checkpoint/checkpointStore';
import type { Dataset } from '../data/dataset';
import type { DecodingProgress } from '../data/images/imageFolder';
import { loadDataset } from '../data/load';
import { assetFolder } from '../engine/assets';
import { configuredOptions } from '../engine/configuredOptions';
import type { Engine, EngineName } from '../engine/engine';
import { chooseEngine } from '../engine/open';
import { chooseSteps, enginesOfWorkers } from '../parallel/chooseSteps';
import type { RunRequests } from './control/runRequests';
import { findRun } from './folder/findRun';
import { createRunFolder, openRunFolder } from './folder/openRunFolder';
import type { RunFolder } from './folder/runFolder';
import { RunFolderError, readRunRecord } from './folder/runRecord';
import { describeConfig, readStoredConfig } from './runConfig';
import { beginRun, resumeRun } from './startRun';
import type { Steps } from './steps';
import type { TrainingRun } from './trainingRun';
import { planWorkload, type Workload } from './workload';

/** A run that is ready to train: its data is loaded, its engine tested, its folder held by this process. */
export interface PreparedRun {
  readonly workload: Workload;
  readonly engine: Engine;
  readonly steps: Steps;
  readonly folder: RunFolder;
  /** What the person should know before it starts. */
  readonly notes: readonly { readonly level: 'info' | 'warning'; readonly text: string }[];
  begin(listen: (event: RunEvent) => void, requests: RunRequests): Promise<TrainingRun>;
  /** After `DeviceLost`: the run as its last checkpoint has it, on the device opened anew. Absent where the engine cannot. */
  readonly recover?: PreparedRun['begin'];
}

/** The config does not fit the dataset; nothing was created on disk. */
export class UnfitConfigError extends Error {
  override readonly name = 'UnfitConfigError';
}

export interface NewRun {
  readonly config: Config;
  /** Its text, kept in the run folder. */
  readonly source: string;
  /** Paths in the config are relative to this folder. */
  readonly configFolder: string;
  /** Its `.rat/runs` gets the run folder. */
  readonly workspace: string;
}

/**
 * Loads the data, opens the engine, then makes the run folder: whatever is wrong with the first two leaves nothing behind.
 * Throws DataError, UnfitConfigError, EngineUnavailable, FileWriteError.
 */
export async function prepareNewRun(
  { config, source, configFolder, workspace }: NewRun,
  decoding?: DecodingProgress,
): Promise<PreparedRun> {
  const { workload, engine, steps, notes } = await prepareWork({ config, configFolder }, decoding);
  const folder = await createRunFolder(workspace, config.name, new Date());
  await folder.writeConfig(await describeConfig(config, source, configFolder, workspace));
  return {
    workload,
    engine,
    steps,
    folder,
    notes,
    begin: (listen, requests) => beginRun(workload, { folder, engine, steps, listen, requests }),
    ...recovery(workload, engine, steps, folder),
  };
}

/** The data, the engine and who takes the steps: all that a run needs but its folder. */
export async function prepareWork(
  { config, configFolder }: Pick<NewRun, 'config' | 'configFolder'>,
  decoding?: DecodingProgress,
): Promise<Pick<PreparedRun, 'workload' | 'engine' | 'steps' | 'notes'>> {
  const dataset = await readDataset(config, configFolder, decoding);
  const warnings = checkFit(config, dataset).map(text => ({ level: 'warning' as const, text }));
  const workload = planWorkload(config, dataset);
  const { engine, steps, notes } = await openEngineOf(workload, config.compute.engine);
  return { workload, engine, steps, notes: [...warnings, ...notes] };
}

/**
 * Takes over a run that has not finished. `wantedEngine` replaces the engine it ran on; figures then agree to rounding only.
 * Throws RunFolderError, CheckpointError, DataError, EngineUnavailable, FileWriteError.
 */
export async function prepareResumedRun(
  workspace: string,
  idOrPath: string,
  wantedEngine: EngineName | 'auto' | undefined,
  decoding?: DecodingProgress,
): Promise<PreparedRun> {
  const place = await findRun(workspace, idOrPath);
  const record = await readRunRecord(place);
  if (record.status === 'finished') {
    throw new RunFolderError(
      `${place} has finished: there is nothing to resume. Start a new run to train further.`,
    );
  }
  const { config, configFolder } = await readStoredConfig(place);
  const dataset = await readDataset(config, configFolder, decoding);
  const previous = record.engine as EngineName | undefined;
  const workload = planWorkload(config, dataset);
  const wanted = wantedEngine ?? previous ?? config.compute.engine;
  const { engine, steps, notes } = await openEngineOf(workload, wanted);
  const folder = await openRunFolder(place);
  const checkpoint = await loadOrRelease(folder);
  const changed =
    previous && previous !== engine.name
      ? [{ level: 'warning' as const, text: `The run began on ${previous} and goes on on ${engine.name}.` }]
      : [];
  return {
    workload,
    engine,
    steps,
    folder,
    notes: [...changed, ...notes],
    begin: (listen, requests) => resumeRun(workload, { folder, engine, steps, listen, requests }, checkpoint),
    ...recovery(workload, engine, steps, folder),
  };
}

function recovery(
  workload: Workload,
  engine: Engine,
  steps: Steps,
  folder: RunFolder,
): Pick<PreparedRun, 'recover'> {
  const { reopen } = engine;
  if (!reopen) return {};
  return {
    recover: async (listen, requests) => {
      await reopen();
      const checkpoint = await loadCheckpoint(folder.checkpoints, 'last');
      return resumeRun(workload, { folder, engine, steps, listen, requests }, checkpoint);
    },
  };
}

async function loadOrRelease(folder: RunFolder): Promise<Checkpoint | undefined> {
  try {
    return await loadCheckpoint(folder.checkpoints, 'last');
  } catch (error) {
    await folder.updateRecord({ status: 'failed', reason: (error as Error).message });
    await folder.close();
    throw error;
  }
}

function readDataset(config: Config, configFolder: string, decoding?: DecodingProgress): Promise<Dataset> {
  const embeddedMnist = path.join(assetFolder(), 'data', 'mnist');
  return loadDataset(config.dataset, { embeddedMnist, config: configFolder }, decoding);
}

/** What only the data can tell about a config; warnings are returned, errors thrown. */
function checkFit(config: Config, { train, test, classes }: Dataset): string[] {
  // Known facts were checked with the config's text, and reading the data has shown that they are true.
  if (knownFacts(config.dataset.name)) return [];
  const { height, width, channels } = train;
  const facts = { trainExamples: train.count, testExamples: test.count, classes, height, width, channels };
  const problems = checkSemantics(config, facts);
  const describe = ({ path: field, message, mend }: (typeof problems)[number]) =>
    `${field}: ${message}${mend ? ` Mend: ${mend.title}.` : ''}`;
  const errors = problems.filter(({ severity }) => severity === 'error');
  if (errors.length > 0) throw new UnfitConfigError(errors.map(describe).join('\n'));
  return problems.map(describe);
}

/** The engine, and who takes the steps with it. */
async function openEngineOf(workload: Workload, wanted: EngineName | 'auto') {
  const { compute } = workload.config;
  const candidates = compute.workers > 1 ? enginesOfWorkers : undefined;
  const { engine, refusals } = await chooseEngine(wanted, configuredOptions(compute), candidates);
  const batchSize = Math.min(workload.config.batchSize, workload.train.length);
  const steps = await chooseSteps(workload, batchSize, engine).catch(async error => {
    await engine.close();
    throw error;
  });
  const notes = [
    ...refusals.map(({ name, reason }) => `Not on ${name}: ${reason}.`),
    ...(engine.notes ?? []).map(note => `On ${engine.name}: ${note}.`),
  ].map(text => ({ level: 'info' as const, text }));
  return { engine, steps, notes };
}
