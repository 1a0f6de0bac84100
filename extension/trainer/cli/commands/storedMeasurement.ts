import { rm } from 'node:fs/promises';
import path from 'node:path';
import type { Config } from '../../../contract/config';
import { isOfficialName } from '../../../contract/datasets';
import type { MeasurementCommand } from '../../../contract/measurement';
import { encodeJson } from '../../../contract/metrics';
import { engineOptions } from '../../engine/assets';
import { configuredOptions } from '../../engine/configuredOptions';
import { type Engine, engineNames } from '../../engine/engine';
import { chooseEngine } from '../../engine/open';
import { prepareFolder, refuseIfHeld, type StoredResult } from '../../evaluation/store';
import { announce } from '../../run/control/announce';
import { StopRequested } from '../../run/stop';
import type { EvaluateArguments, MeasurementOptions } from '../arguments';
import { exitCodes } from '../exitCodes';
import type { Io } from '../io';

/** Shows a measurement from its events alone. */
export interface MeasurementDisplay<Event> {
  event(event: Event): void;
  /** Leaves the stream in order, whatever has happened. */
  close(): void;
}

/** A measurement whose result is a file that is kept while it is made, so that the same command goes on with it. */
export interface StoredMeasurement<Result extends StoredResult, Event> {
  /** What it is called and what --again does, in messages: "evaluation", "evaluates". */
  readonly noun: string;
  readonly verb: string;
  /** Absolute path of the result. */
  readonly file: string;
  /** @throws StoredEvaluationError when the file is damaged */
  read(file: string): Promise<Result | undefined>;
  /** @param earlier a session's result to go on from; `command` goes on with this one */
  measure(
    earlier: Result | undefined,
    tell: (event: Event) => void,
    command: MeasurementCommand,
  ): Promise<Result>;
  displays: {
    readonly terminal: () => MeasurementDisplay<Event>;
    readonly plain: () => MeasurementDisplay<Event>;
  };
  report(result: Result): readonly string[];
}

type Options = Pick<MeasurementOptions, 'again' | 'json' | 'progress'>;

/** Makes a measurement, goes on with an interrupted one, or shows the stored result of a finished one. @returns exit code */
export async function measureOrShow<Result extends StoredResult, Event>(
  measurement: StoredMeasurement<Result, Event>,
  options: Options,
  io: Io,
): Promise<number> {
  const { noun, verb, file } = measurement;
  const print = (result: Result) => {
    const lines = options.json ? [encodeJson(result)] : ['', ...measurement.report(result), file];
    io.stdout.write(`${lines.join('\n')}\n`);
  };
  const earlier = await earlierResult(measurement, options);
  if (earlier?.status === 'finished') {
    io.stderr.write(
      `This ${noun} has finished on ${earlier.updatedAt}: here is its stored result (--again ${verb} anew).\n`,
    );
    announce({ resultFile: file, finished: true });
    print(earlier);
    return exitCodes.done;
  }
  await prepareFolder(file);
  announce({ resultFile: file, finished: false });
  const display = displayFor(measurement, options, io);
  try {
    const result = await measurement.measure(earlier, event => display.event(event), commandOf(io));
    display.close();
    print(result);
    return exitCodes.done;
  } catch (error) {
    display.close();
    if (!(error instanceof StopRequested)) throw error;
    io.stderr.write(`Stopped. What was finished is in ${file}; the same command goes on from there.\n`);
    return exitCodes.stopped;
  }
}

/** The command line without what does not name the measurement: a repetition goes on, and shows as it likes. */
function commandOf({ argv, cwd }: Io): MeasurementCommand {
  const isDisplay = (word: string, before: string | undefined) =>
    word === '--again' || word === '--json' || word.startsWith('--progress') || before === '--progress';
  return { directory: cwd, arguments: argv.filter((word, i) => !isDisplay(word, argv[i - 1])) };
}

/** Paths of the command line, made absolute. */
export function withAbsolutePaths<
  Paths extends Pick<EvaluateArguments, 'checkpoint' | 'dataset' | 'workspace'>,
>(options: Paths, { cwd }: Io): Paths {
  const { checkpoint, dataset, workspace } = options;
  const absolute = (name: string) => path.resolve(cwd, name);
  return {
    ...options,
    workspace: absolute(workspace),
    ...(checkpoint === undefined ? {} : { checkpoint: absolute(checkpoint) }),
    ...(dataset === undefined ? {} : { dataset: isOfficialName(dataset) ? dataset : absolute(dataset) }),
  };
}

/**
 * The engine that was asked for, the one that an interrupted measurement began on, or the one of the run's config: figures agree
 * to the last bit on one engine only.
 */
export async function openEngine(
  asked: EvaluateArguments['engine'],
  earlier: StoredResult | undefined,
  compute: Config['compute'] | undefined,
): Promise<Engine> {
  const before = engineNames.find(name => name === earlier?.engine);
  const wanted = asked ?? before ?? compute?.engine ?? 'auto';
  // Whatever a network was trained with, it is judged in float32: rounding may hide gradients from an attack.
  const options = compute ? configuredOptions({ ...compute, precision: 'float32' }) : engineOptions();
  // Whoever names an engine takes it without hardware too.
  const { engine } = await chooseEngine(
    wanted,
    wanted === 'auto' ? options : { ...options, allowSoftwareAdapter: true },
  );
  return engine;
}

async function earlierResult<Result extends StoredResult, Event>(
  { file, read }: StoredMeasurement<Result, Event>,
  { again }: Options,
): Promise<Result | undefined> {
  const reading = read(file);
  const earlier = await (again ? reading.catch(() => undefined) : reading);
  if (earlier) refuseIfHeld(file, earlier);
  if (!again) return earlier;
  await rm(file, { force: true });
  return undefined;
}

/** With --json stdout is for the result alone, and nothing is shown while it is made. */
function displayFor<Result extends StoredResult, Event>(
  { displays }: StoredMeasurement<Result, Event>,
  { json, progress }: Options,
  io: Io,
): MeasurementDisplay<Event> {
  // A pseudo-terminal that was never given a size has 0 columns, and a dumb one cannot move its cursor.
  const canRedraw = io.isTerminal && io.stdout.columns !== 0 && process.env['TERM'] !== 'dumb';
  const shown = json ? undefined : canRedraw ? displays.terminal() : displays.plain();
  return {
    event(event) {
      if (progress === 'json') io.stderr.write(`${encodeJson(event)}\n`);
      shown?.event(event);
    },
    close: () => shown?.close(),
  };
}
