import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { type Disposable, Emitter } from '../dispose';
import { type Measurement, measurementIn, stateOf } from './measurement';

/** Results are replaced at most about once a second while they are made. */
const lookEveryMilliseconds = 1000;
/** A result of all of a test set is a few megabytes. */
const largestFile = 64 * 1024 * 1024;

interface Known {
  /** Tells a replaced file from the same one. */
  readonly stamp: string;
  readonly measurement: Measurement | undefined;
}

/**
 * The results of a folder as they come, grow, stop and go, whoever makes them. Files are looked at, not watched: a process that
 * dies changes none.
 */
export class MeasurementFolder implements Disposable {
  readonly #folder: string;
  readonly #known = new Map<string, Known>();
  readonly #changes = new Emitter<void>();
  readonly #timer: NodeJS.Timeout;
  #looking: Promise<void> | undefined;
  #disposed = false;

  /** Fired when any result is another one than before. */
  readonly onDidChange = this.#changes.event;

  /** @param folder the `evaluations` of a run; it need not exist */
  constructor(folder: string, pause = lookEveryMilliseconds) {
    this.#folder = folder;
    this.#timer = setInterval(() => void this.look(), pause).unref();
  }

  /** The newest first. */
  get results(): readonly Measurement[] {
    return [...this.#known.values()]
      .flatMap(({ measurement }) => measurement ?? [])
      .sort((a, b) => b.result.startedAt.localeCompare(a.result.startedAt));
  }

  /** Looks now; returns when `results` is what the disk held. */
  look(): Promise<void> {
    this.#looking ??= this.#look().finally(() => {
      this.#looking = undefined;
    });
    return this.#looking;
  }

  dispose(): void {
    this.#disposed = true;
    clearInterval(this.#timer);
    this.#changes.dispose();
  }

  async #look(): Promise<void> {
    const entries = await readdir(this.#folder, { withFileTypes: true }).catch(() => []);
    const names = entries
      .filter(entry => entry.isFile() && entry.name.endsWith('.json'))
      .map(({ name }) => name);
    let changed = false;
    for (const name of [...this.#known.keys()].filter(known => !names.includes(known))) {
      changed = this.#known.get(name)?.measurement !== undefined || changed;
      this.#known.delete(name);
    }
    for (const name of names) changed = (await this.#lookAt(name)) || changed;
    if (changed && !this.#disposed) this.#changes.fire();
  }

  /** @returns whether it is another one than before */
  async #lookAt(name: string): Promise<boolean> {
    const file = path.join(this.#folder, name);
    const before = this.#known.get(name);
    const stats = await stat(file).catch(() => undefined);
    // Just replaced or removed: the next look sees it.
    if (!stats) return false;
    const stamp = `${stats.ino} ${stats.size} ${stats.mtimeMs}`;
    if (before?.stamp === stamp) return this.#lookAtProcess(name, before);
    const text = stats.size > largestFile ? '' : await readFile(file, 'utf8').catch(() => undefined);
    if (text === undefined) return false;
    const measurement = measurementIn(file, text);
    this.#known.set(name, { stamp, measurement });
    return measurement !== undefined || before?.measurement !== undefined;
  }

  #lookAtProcess(name: string, { stamp, measurement }: Known): boolean {
    if (measurement?.state !== 'running') return false;
    const state = stateOf(measurement.result);
    if (state === 'running') return false;
    this.#known.set(name, { stamp, measurement: { ...measurement, state } });
    return true;
  }
}
