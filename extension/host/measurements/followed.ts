import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { complaintsEnding } from '../../contract/measurement';
import { isProcessAlive, type ProcessIdentity } from '../../contract/processIdentity';
import { type Disposable, Emitter } from '../dispose';
import { lastLines } from '../runs/fileTail';
import { type Measurement, measurementIn } from './measurement';

/** A measurement that this workspace wants to hear the end of. */
export interface Followed {
  readonly file: string;
  /** What a person calls it. */
  readonly title: string;
  /** Which makes it, and maybe others of the same command after it. */
  readonly process?: ProcessIdentity;
}

export interface EndedMeasurement extends Followed {
  /** What the command has made, in its order: the followed one first. */
  readonly measurements: readonly [Measurement, ...Measurement[]];
  /** The last lines that its process wrote to stderr. */
  readonly lastWords: string;
}

/** Where the followed ones are remembered; has the shape of the editor's `Memento`. */
export interface Memory {
  get(key: string): unknown;
  update(key: string, value: unknown): PromiseLike<void>;
}

const key = 'randomizedAt.measurements';
const lookEveryMilliseconds = 1000;

/** Follows measurements to their end, over reloads of the window. One whose file is removed is forgotten. */
export class FollowedMeasurements implements Disposable {
  readonly #memory: Memory;
  readonly #ends = new Emitter<EndedMeasurement>();
  readonly #timer: NodeJS.Timeout;
  #followed: readonly Followed[];
  #looking = false;

  /** How a followed measurement ended. */
  readonly onDidEnd = this.#ends.event;

  constructor(memory: Memory, pause = lookEveryMilliseconds) {
    this.#memory = memory;
    this.#followed = remembered(memory.get(key));
    this.#timer = setInterval(() => void this.#look(), pause).unref();
  }

  add(followed: Followed): void {
    this.#keep([...this.#followed.filter(({ file }) => file !== followed.file), followed]);
  }

  forget(file: string): void {
    this.#keep(this.#followed.filter(other => other.file !== file));
  }

  dispose(): void {
    clearInterval(this.#timer);
    this.#ends.dispose();
  }

  async #look(): Promise<void> {
    if (this.#looking) return;
    this.#looking = true;
    for (const followed of this.#followed) {
      if (followed.process && isProcessAlive(followed.process)) continue;
      const first = await readMeasurement(followed.file);
      if (first?.state === 'running') continue;
      this.forget(followed.file);
      if (!first) continue;
      const others = await othersOfCommand(first);
      const last = others.at(-1) ?? first;
      const lines = await lastLines(last.file.replace(/\.json$/, complaintsEnding), 2);
      const lastWords = lines.join(' ').slice(-300);
      this.#ends.fire({ ...followed, measurements: [first, ...others], lastWords });
    }
    this.#looking = false;
  }

  #keep(followed: readonly Followed[]): void {
    this.#followed = followed;
    void this.#memory.update(key, followed);
  }
}

/** The result in a file; undefined where there is none. */
export async function readMeasurement(file: string): Promise<Measurement | undefined> {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  return text === undefined ? undefined : measurementIn(file, text);
}

/** What the same command line has made in the same folder, in its order. */
async function othersOfCommand({ file, result }: Measurement): Promise<Measurement[]> {
  if (!result.command) return [];
  const folder = path.dirname(file);
  const names = await readdir(folder).catch(() => []);
  const others: Measurement[] = [];
  for (const name of names.filter(name => name.endsWith('.json') && name !== path.basename(file))) {
    const other = await readMeasurement(path.join(folder, name));
    const isSame = JSON.stringify(other?.result.command) === JSON.stringify(result.command);
    if (other && isSame) others.push(other);
  }
  return others.sort((a, b) => a.result.startedAt.localeCompare(b.result.startedAt));
}

function remembered(value: unknown): readonly Followed[] {
  if (!Array.isArray(value)) return [];
  return value.filter(
    (item): item is Followed =>
      typeof item === 'object' &&
      item !== null &&
      typeof (item as Partial<Followed>).file === 'string' &&
      typeof (item as Partial<Followed>).title === 'string',
  );
}
