import { readFile } from 'node:fs/promises';
import { complaintsEnding } from '../../contract/measurement';
import { type Disposable, Emitter } from '../dispose';
import { lastLines } from '../runs/fileTail';
import { type Measurement, measurementIn } from './measurement';

/** A measurement that this workspace wants to hear the end of. */
export interface Followed {
  readonly file: string;
  /** What a person calls it. */
  readonly title: string;
}

export interface EndedMeasurement extends Followed {
  readonly measurement: Measurement;
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
      const text = await readFile(followed.file, 'utf8').catch(() => undefined);
      const measurement = text === undefined ? undefined : measurementIn(followed.file, text);
      if (measurement?.state === 'running') continue;
      this.forget(followed.file);
      if (!measurement) continue;
      const lines = await lastLines(followed.file.replace(/\.json$/, complaintsEnding), 2);
      this.#ends.fire({ ...followed, measurement, lastWords: lines.join(' ').slice(-300) });
    }
    this.#looking = false;
  }

  #keep(followed: readonly Followed[]): void {
    this.#followed = followed;
    void this.#memory.update(key, followed);
  }
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
