import { rm } from 'node:fs/promises';
import path from 'node:path';
import type { EvaluationEvent, RobustnessEvaluation } from '../../../contract/evaluation';
import { encodeJson } from '../../../contract/metrics';
import { engineOptions } from '../../engine/assets';
import { engineNames } from '../../engine/engine';
import { chooseEngine } from '../../engine/open';
import { type PreparedEvaluation, prepareEvaluation } from '../../evaluation/prepareEvaluation';
import { evaluateSession } from '../../evaluation/session';
import { prepareFolder, readEvaluation, refuseIfHeld } from '../../evaluation/store';
import { uploadSubject, weightWarnings } from '../../evaluation/subject';
import { StopRequested } from '../../run/stop';
import type { EvaluateArguments } from '../arguments';
import { systemClock } from '../display/clock';
import {
  createPlainEvaluation,
  createTerminalEvaluation,
  type EvaluationDisplay,
} from '../display/evaluationDisplay';
import { reportLines } from '../display/evaluationReport';
import { paintFor } from '../display/paint';
import { exitCodes } from '../exitCodes';
import type { Io } from '../io';

/** Evaluates a checkpoint's robustness, goes on with an interrupted evaluation, or shows the stored result of a finished one. */
export async function evaluate(options: EvaluateArguments, io: Io): Promise<number> {
  const prepared = await prepareEvaluation(wishOf(options, io));
  const { file } = prepared;
  const earlier = await earlierEvaluation(file, options);
  if (earlier?.status === 'finished') {
    io.stderr.write(
      `This evaluation has finished on ${earlier.updatedAt}: here is its stored result (--again evaluates anew).\n`,
    );
    printResult(earlier, file, options, io);
    return exitCodes.done;
  }
  await prepareFolder(file);
  const display = displayFor(options, io);
  try {
    const evaluation = await computeEvaluation(prepared, earlier, options, io, display);
    display.close();
    printResult(evaluation, file, options, io);
    return exitCodes.done;
  } catch (error) {
    display.close();
    if (!(error instanceof StopRequested)) throw error;
    io.stderr.write(`Stopped. What was finished is in ${file}; the same command goes on from there.\n`);
    return exitCodes.stopped;
  }
}

function wishOf(options: EvaluateArguments, io: Io): Parameters<typeof prepareEvaluation>[0] {
  const { checkpoint, dataset, workspace, ...rest } = options;
  const absolute = (name: string) => path.resolve(io.cwd, name);
  return {
    ...rest,
    workspace: absolute(workspace),
    ...(checkpoint === undefined ? {} : { checkpoint: absolute(checkpoint) }),
    ...(dataset === undefined ? {} : { dataset: dataset === 'mnist' ? dataset : absolute(dataset) }),
  };
}

async function earlierEvaluation(
  file: string,
  { again }: EvaluateArguments,
): Promise<RobustnessEvaluation | undefined> {
  if (!again) {
    const earlier = await readEvaluation(file);
    if (earlier) refuseIfHeld(file, earlier);
    return earlier;
  }
  const earlier = await readEvaluation(file).catch(() => undefined);
  if (earlier) refuseIfHeld(file, earlier);
  await rm(file, { force: true });
  return undefined;
}

async function computeEvaluation(
  { setting, subject, dataset, plan, name, file, compute }: PreparedEvaluation,
  earlier: RobustnessEvaluation | undefined,
  options: EvaluateArguments,
  io: Io,
  display: EvaluationDisplay,
): Promise<RobustnessEvaluation> {
  // Figures agree to the last bit on one engine only: an interrupted evaluation goes on where it began.
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
  const uploaded = uploadSubject(subject, setting.normalisation);
  try {
    return await evaluateSession({
      file,
      name,
      setting,
      engine,
      victim: uploaded.victim,
      set: dataset.test,
      plan,
      batchSize: options.batch,
      doubts: weightWarnings(subject),
      ...(earlier ? { earlier } : {}),
      signal: io.signal,
      tell: event => display.event(event),
    });
  } finally {
    uploaded.dispose();
    await engine.close();
  }
}

/** With --json stdout is for the result alone, and nothing is shown while it is made. */
function displayFor({ json, progress }: EvaluateArguments, io: Io): EvaluationDisplay {
  const shown = json ? undefined : io.isTerminal ? terminalOrPlain(io) : plain(io);
  return {
    event(event: EvaluationEvent) {
      if (progress === 'json') io.stderr.write(`${encodeJson(event)}\n`);
      shown?.event(event);
    },
    close: () => shown?.close(),
  };
}

const plain = (io: Io) => createPlainEvaluation(io.stdout, systemClock);

/** A pseudo-terminal that was never given a size has 0 columns, and a dumb one cannot move its cursor. */
function terminalOrPlain(io: Io): EvaluationDisplay {
  if (io.stdout.columns === 0 || process.env['TERM'] === 'dumb') return plain(io);
  return createTerminalEvaluation(io.stdout, paintFor(process.env));
}

function printResult(
  evaluation: RobustnessEvaluation,
  file: string,
  { json }: EvaluateArguments,
  io: Io,
): void {
  if (json) io.stdout.write(`${encodeJson(evaluation)}\n`);
  else io.stdout.write(`\n${reportLines(evaluation).join('\n')}\n${file}\n`);
}
