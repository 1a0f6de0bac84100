import {
  type MeasurementStanding,
  parseMeasurement,
  type StoredMeasurement,
} from '../../contract/measurement';
import { encodeJson } from '../../contract/metrics';
import { ownIdentity } from '../../contract/processIdentity';
import { writeFileAtomic } from '../run/folder/atomicWrite';
import { StopRequested } from '../run/stop';

const usualPause = 1000;

/**
 * The file of a result while it is made. Every save replaces it; between saves, which may be minutes apart, the last one is
 * written again with how far the work is.
 */
export class KeptResult {
  readonly #file: string;
  readonly #pause: number;
  #saved = '';
  #standing: MeasurementStanding | undefined;
  #lastWrite = Number.NEGATIVE_INFINITY;
  #writes: Promise<void> = Promise.resolve();

  /** @param pause milliseconds between two writes of a standing, at least */
  constructor(file: string, pause = usualPause) {
    this.#file = file;
    this.#pause = pause;
  }

  /** @throws FileWriteError */
  save<Result extends StoredMeasurement>(result: Result): Promise<void> {
    const atWork = result.status === 'running' ? { process: ownIdentity(), ...this.#whereItStands() } : {};
    this.#saved = encodeJson({ ...result, ...atWork });
    return this.#write(this.#saved);
  }

  /** Tells readers how far the work is, now and then. A write that fails is left to the next save to tell of. */
  stand(standing: MeasurementStanding): void {
    this.#standing = standing;
    if (this.#saved === '' || performance.now() - this.#lastWrite < this.#pause) return;
    const last = parseMeasurement(this.#saved);
    if (last) this.#write(encodeJson({ ...last, standing, updatedAt: now() })).catch(() => undefined);
  }

  /** Does the work. Where it ends before its time, the file says so: nobody is at work on it, and why. */
  async during<Result>(work: () => Promise<Result>): Promise<Result> {
    try {
      return await work();
    } catch (error) {
      await this.#letGo(error).catch(() => undefined);
      throw error;
    }
  }

  async #letGo(error: unknown): Promise<void> {
    const last = parseMeasurement(this.#saved);
    if (last?.status !== 'running') return;
    const { process: _ours, ...rest } = last;
    const failure = error instanceof StopRequested ? {} : { failure: messageOf(error) };
    await this.#write(encodeJson({ ...rest, ...this.#whereItStands(), ...failure, updatedAt: now() }));
  }

  #whereItStands(): Pick<StoredMeasurement, 'standing'> {
    return this.#standing ? { standing: this.#standing } : {};
  }

  /** One after the other: of two writes the later one shall stay. */
  #write(text: string): Promise<void> {
    this.#lastWrite = performance.now();
    const write = this.#writes.then(() => writeFileAtomic(this.#file, `${text}\n`));
    this.#writes = write.catch(() => undefined);
    return write;
  }
}

const now = (): string => new Date().toISOString();

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
