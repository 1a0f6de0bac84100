import { decodeJson } from './metrics';

/**
 * What evaluations and landscapes have in common: results in `evaluations/` that are replaced as a whole while they are made,
 * so that a reader may show one while it grows, whoever started it.
 */
export interface StoredMeasurement {
  readonly kind: 'robustness' | 'landscape';
  readonly version: 1;
  /** `running` also where the process has stopped or died: the same command then goes on from here. */
  readonly status: 'running' | 'finished';
  /** The file's name without `.json`. */
  readonly name: string;
  readonly engine: string;
  readonly device: string;
  readonly startedAt: string;
  /** While it runs, a second or two ago, if its process still lives. */
  readonly updatedAt: string;
  /** Time it took, over all sessions. */
  readonly seconds: number;
  /** The command line that makes it or goes on with it. */
  readonly command?: MeasurementCommand;
  /** The process at work, while it runs; gone once it has stopped in an orderly way. */
  readonly process?: { readonly pid: number; readonly startedAt: string };
  /** How far it is, while it runs. */
  readonly standing?: MeasurementStanding;
  /** Why the last session ended before its time, unless somebody stopped it: what was found, and the mend. */
  readonly failure?: string;
}

export interface MeasurementCommand {
  /** Folder against which relative paths among the arguments are resolved. */
  readonly directory: string;
  /** After the program's name: `evaluate`, a run folder, options. */
  readonly arguments: readonly string[];
}

export interface MeasurementStanding {
  /** What is at work: an attack, or `surface, row 3 of 15`. */
  readonly stage: string;
  /** Of the whole, in [0, 1]. */
  readonly fraction: number;
  /** Time of all sessions, and an upper bound of what is left. */
  readonly seconds: number;
  readonly secondsLeft?: number;
}

/**
 * What is going on with a stored result:
 * - running: a process is at work on it
 * - stopped: somebody stopped it, and the same command goes on
 * - failed: it ended with a complaint
 * - died: its process is gone without a word
 */
export type MeasurementState = 'running' | 'finished' | 'stopped' | 'failed' | 'died';

/** Sent once over the IPC channel of a trainer that was spawned with one, when it is known where its result is or will be. */
export interface MeasurementAnnouncement {
  /** Absolute path. */
  readonly resultFile: string;
  /** Whether the result is there already, so that nothing is computed. */
  readonly finished: boolean;
}

/** Ending of the file beside a result that holds what its process wrote to stderr, where an editor started it. */
export const complaintsEnding = '.stderr.txt';

/**
 * Reads the common part of a file of `evaluations/`, with whatever else it holds; undefined where it is something else, damaged or
 * of a newer version.
 */
export function parseMeasurement(text: string): StoredMeasurement | undefined {
  let value: unknown;
  try {
    value = decodeJson(text);
  } catch {
    return undefined;
  }
  return isMeasurement(value) ? value : undefined;
}

/** Whether a value that was read has the common part, each field as it is declared. */
function isMeasurement(value: unknown): value is StoredMeasurement {
  if (!isObject(value)) return false;
  const { kind, version, status, name, engine, device, startedAt, updatedAt, seconds } = value;
  return (
    (kind === 'robustness' || kind === 'landscape') &&
    version === 1 &&
    (status === 'running' || status === 'finished') &&
    [name, engine, device, startedAt, updatedAt].every(text => typeof text === 'string') &&
    typeof seconds === 'number' &&
    absentOr(value['command'], isCommand) &&
    absentOr(
      value['process'],
      process => typeof process['pid'] === 'number' && typeof process['startedAt'] === 'string',
    ) &&
    absentOr(value['standing'], isStanding) &&
    (value['failure'] === undefined || typeof value['failure'] === 'string')
  );
}

function isCommand({ directory, arguments: words }: Fields): boolean {
  return (
    typeof directory === 'string' && Array.isArray(words) && words.every(word => typeof word === 'string')
  );
}

function isStanding({ stage, fraction, seconds, secondsLeft }: Fields): boolean {
  return (
    typeof stage === 'string' &&
    typeof fraction === 'number' &&
    typeof seconds === 'number' &&
    (secondsLeft === undefined || typeof secondsLeft === 'number')
  );
}

type Fields = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function absentOr(value: unknown, check: (fields: Fields) => boolean): boolean {
  return value === undefined || (isObject(value) && check(value));
}
