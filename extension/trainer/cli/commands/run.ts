import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { applyEdits, modify } from 'jsonc-parser';
import { formatProblem, parseConfig } from '../../../contract/config';
import { describeObjective } from '../../run/describe';
import { estimateRun } from '../../run/estimateRun';
import { executeRun } from '../../run/execute';
import {
  type NewRun,
  type PreparedRun,
  prepareNewRun,
  prepareResumedRun,
  prepareWork,
} from '../../run/prepare';
import type { RunArguments } from '../arguments';
import { decodingDisplay } from '../display/decodingDisplay';
import { createDisplay, type Display } from '../display/display';
import { estimateReport } from '../display/estimateReport';
import { exitCodes } from '../exitCodes';
import type { Io } from '../io';
import type { Override } from '../overrides';
import { reportError } from '../reportError';
import { UserError } from '../userError';

/** Trains a new run, or continues one. */
export async function run(options: RunArguments, io: Io): Promise<number> {
  if (options.estimate) return tellEstimate(options, io);
  const prepared = await prepare(options, io);
  const display = openDisplay(prepared, options, io);
  const outcome = await executeRun(prepared, event => display.event(event), io.signal);
  display.close();
  if (outcome.status !== 'failed') return outcome.status === 'finished' ? exitCodes.done : exitCodes.stopped;
  const { text, exitCode } = reportError(outcome.error);
  io.stderr.write(`${text}\n`);
  return exitCode;
}

/** How long a run would take; nothing of it is made. */
async function tellEstimate(options: RunArguments, io: Io): Promise<number> {
  const planned = await readConfig(options, path.resolve(io.cwd, options.workspace), io);
  const { workload, engine, steps } = await prepareWork(planned, decodingDisplay(io));
  try {
    const estimate = await estimateRun(workload, steps);
    const device = steps.device ?? engine.device;
    const text =
      options.display === 'json'
        ? JSON.stringify({ engine: engine.name, device, ...estimate })
        : estimateReport(workload, estimate, `${engine.name} (${device})`);
    io.stdout.write(`${text}\n`);
    return exitCodes.done;
  } finally {
    await steps.close();
    await engine.close();
  }
}

async function prepare(options: RunArguments, io: Io): Promise<PreparedRun> {
  const workspace = path.resolve(io.cwd, options.workspace);
  const decoding = decodingDisplay(io);
  if (options.resume === undefined) return prepareNewRun(await readConfig(options, workspace, io), decoding);
  refuseChanges(options);
  return prepareResumedRun(workspace, options.resume, options.engine, decoding);
}

/** A resumed run repeats an uninterrupted one: only its engine may change. */
function refuseChanges({ config, seed, epochs, overrides }: RunArguments): void {
  const given = [
    config === undefined ? undefined : 'CONFIG',
    seed === undefined ? undefined : '--seed',
    epochs === undefined ? undefined : '--epochs',
    overrides.length > 0 ? '--set' : undefined,
  ].filter(option => option !== undefined);
  if (given.length === 0) return;
  throw new UserError(
    `run: --resume continues a run with its own config; leave out ${given.join(', ')}, or start a new run without --resume.`,
    exitCodes.badUsage,
  );
}

/** The config with the command line's changes made in its text. Throws UserError with every problem found. */
async function readConfig(options: RunArguments, workspace: string, io: Io): Promise<NewRun> {
  const file = path.resolve(io.cwd, options.config ?? '');
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    const what = error.code === 'ENOENT' ? 'there is no such file' : error.message;
    throw new UserError(`${file}: the config cannot be read: ${what}.`, exitCodes.badUsage);
  });
  const changes = overridesOf(options);
  // Problems of the file itself are shown where they stand in it, before the command line's changes move anything.
  const asWritten = parseConfig(text, file);
  if ('problems' in asWritten && changes.length === 0) throw badConfig(asWritten.problems.map(formatProblem));
  const source = changes.reduce(withOverride, text);
  const parsed =
    changes.length === 0 ? asWritten : parseConfig(source, `${file} (with the command line's changes)`);
  if ('problems' in parsed) throw badConfig(parsed.problems.map(formatProblem));
  for (const warning of parsed.warnings) io.stderr.write(`${formatProblem(warning)}\n`);
  return { config: parsed.config, source, configFolder: path.dirname(file), workspace };
}

function badConfig(problems: readonly string[]): UserError {
  const count = problems.length === 1 ? 'a problem' : `${problems.length} problems`;
  return new UserError(
    `the config has ${count}; nothing was started.\n${problems.join('\n')}`,
    exitCodes.badUsage,
  );
}

function overridesOf({ overrides, engine, seed, epochs }: RunArguments): Override[] {
  return [
    ...overrides,
    ...(engine === undefined ? [] : [{ path: ['compute', 'engine'], value: engine }]),
    ...(seed === undefined ? [] : [{ path: ['seed'], value: seed }]),
    ...(epochs === undefined ? [] : [{ path: ['epochs'], value: epochs }]),
  ];
}

function withOverride(text: string, { path: field, value }: Override): string {
  try {
    const formattingOptions = { insertSpaces: true, tabSize: 2 };
    return applyEdits(text, modify(text, [...field], value, { formattingOptions }));
  } catch {
    // The text is no JSON object there; its own problem says more.
    return text;
  }
}

function openDisplay({ workload, folder }: PreparedRun, options: RunArguments, io: Io): Display {
  const mode = options.display === 'auto' ? (io.isTerminal ? 'terminal' : 'plain') : options.display;
  return createDisplay(mode, io.stdout, {
    name: workload.config.name,
    runFolder: path.relative(io.cwd, folder.path) || folder.path,
    totalSteps: workload.totalSteps,
    epochs: workload.config.epochs,
    objective: describeObjective(workload.config),
  });
}
