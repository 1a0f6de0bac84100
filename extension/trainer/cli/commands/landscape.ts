import { rm } from 'node:fs/promises';
import path from 'node:path';
import type { LandscapeEvent, LandscapeResult } from '../../../contract/landscape';
import { encodeJson } from '../../../contract/metrics';
import { engineOptions } from '../../engine/assets';
import { engineNames } from '../../engine/engine';
import { chooseEngine } from '../../engine/open';
import { prepareFolder } from '../../evaluation/store';
import { uploadNetwork } from '../../landscape/network';
import { type PreparedLandscape, prepareLandscape } from '../../landscape/prepareLandscape';
import { landscapeSession } from '../../landscape/session';
import { readLandscapeFile, refuseIfWritten } from '../../landscape/store';
import { StopRequested } from '../../run/stop';
import type { LandscapeArguments } from '../arguments';
import { systemClock } from '../display/clock';
import {
  createPlainLandscape,
  createTerminalLandscape,
  type LandscapeDisplay,
  landscapeLines,
} from '../display/landscapeDisplay';
import { exitCodes } from '../exitCodes';
import type { Io } from '../io';

/** Measures the loss landscape around a checkpoint, goes on with an interrupted measurement, or shows the stored result. */
export async function landscape(options: LandscapeArguments, io: Io): Promise<number> {
  const prepared = await prepareLandscape(wishOf(options, io));
  const { file } = prepared;
  const earlier = await earlierResult(file, options);
  if (earlier?.status === 'finished') {
    io.stderr.write(
      `This landscape has finished on ${earlier.updatedAt}: here is its stored result (--again measures anew).\n`,
    );
    printResult(earlier, file, options, io);
    return exitCodes.done;
  }
  await prepareFolder(file);
  const display = displayFor(options, io);
  try {
    const result = await measure(prepared, earlier, options, io, display);
    display.close();
    printResult(result, file, options, io);
    return exitCodes.done;
  } catch (error) {
    display.close();
    if (!(error instanceof StopRequested)) throw error;
    io.stderr.write(`Stopped. What was finished is in ${file}; the same command goes on from there.\n`);
    return exitCodes.stopped;
  }
}

function wishOf(options: LandscapeArguments, io: Io): Parameters<typeof prepareLandscape>[0] {
  const { checkpoint, dataset, workspace, ...rest } = options;
  const absolute = (name: string) => path.resolve(io.cwd, name);
  return {
    ...rest,
    workspace: absolute(workspace),
    ...(checkpoint === undefined ? {} : { checkpoint: absolute(checkpoint) }),
    ...(dataset === undefined ? {} : { dataset: dataset === 'mnist' ? dataset : absolute(dataset) }),
  };
}

async function earlierResult(
  file: string,
  { again }: LandscapeArguments,
): Promise<LandscapeResult | undefined> {
  const reading = readLandscapeFile(file);
  const earlier = await (again ? reading.catch(() => undefined) : reading);
  if (earlier) refuseIfWritten(file, earlier);
  if (!again) return earlier;
  await rm(file, { force: true });
  return undefined;
}

async function measure(
  { setting, subject, directionSubject, set, name, file, compute }: PreparedLandscape,
  earlier: LandscapeResult | undefined,
  options: LandscapeArguments,
  io: Io,
  display: LandscapeDisplay,
): Promise<LandscapeResult> {
  // Figures agree to the last bit on one engine only: an interrupted measurement goes on where it began.
  const before = engineNames.find(engineName => engineName === earlier?.engine);
  const wanted = options.engine ?? before ?? compute?.engine ?? 'auto';
  const { engine } = await chooseEngine(
    wanted,
    engineOptions({
      allowSoftwareAdapter: wanted !== 'auto' || (compute?.allowSoftwareAdapter ?? false),
      ...(compute?.tensorflowPath ? { tensorflowPath: compute.tensorflowPath } : {}),
      ...(compute?.webgpuAdapter ? { webgpuAdapter: compute.webgpuAdapter } : {}),
    }),
  );
  const uploaded = uploadNetwork(subject, setting.normalisation);
  const other = directionSubject && uploadNetwork(directionSubject, undefined);
  try {
    return await landscapeSession({
      file,
      name,
      setting,
      engine,
      network: uploaded.network,
      ...(other ? { directionWeights: other.network.parameters } : {}),
      set,
      batchSize: options.batch,
      ...(earlier ? { earlier } : {}),
      signal: io.signal,
      tell: event => display.event(event),
    });
  } finally {
    other?.dispose();
    uploaded.dispose();
    await engine.close();
  }
}

/** With --json stdout is for the result alone, and nothing is shown while it is made. */
function displayFor({ json, progress }: LandscapeArguments, io: Io): LandscapeDisplay {
  // A pseudo-terminal that was never given a size has 0 columns, and a dumb one cannot move its cursor.
  const canRedraw = io.isTerminal && io.stdout.columns !== 0 && process.env['TERM'] !== 'dumb';
  const visible = () =>
    canRedraw ? createTerminalLandscape(io.stdout) : createPlainLandscape(io.stdout, systemClock);
  const shown = json ? undefined : visible();
  return {
    event(event: LandscapeEvent) {
      if (progress === 'json') io.stderr.write(`${encodeJson(event)}\n`);
      shown?.event(event);
    },
    close: () => shown?.close(),
  };
}

function printResult(result: LandscapeResult, file: string, { json }: LandscapeArguments, io: Io): void {
  if (json) io.stdout.write(`${encodeJson(result)}\n`);
  else io.stdout.write(`\n${landscapeLines(result).join('\n')}\n${file}\n`);
}
