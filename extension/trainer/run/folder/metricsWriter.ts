import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { RunEvent } from '../../../contract/events';
import { formatEvent } from '../../../contract/metrics';
import { runFiles } from '../../../contract/runFolder';
import { FileWriteError } from './fileErrors';
import { openStepIndexWriter, type StepIndexWriter } from './stepIndexWriter';
import { writeAll } from './writeAll';

/** An event reaches the file at the latest this many milliseconds after it was appended. */
export const flushInterval = 100;

/** What the writer needs of a file. */
export interface MetricsFile {
  readonly path: string;
  /** Writes all the bytes from this position on, or throws. */
  write(bytes: Uint8Array, position: number): Promise<void>;
  close(): Promise<void>;
}

/**
 * Appends events to `metrics.jsonl`, several lines a write, in order. A write that fails is told once, by the next call;
 * its lines are kept and written again by the next flush, over what the failed one may have left.
 */
export class MetricsWriter {
  readonly #file: MetricsFile;
  readonly #index: StepIndexWriter | undefined;
  #position: number;
  #appendedBytes: number;
  #pending: string[] = [];
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();
  #failure: FileWriteError | undefined;
  #closed = false;

  /**
   * @param size bytes in the file
   * @param torn whether its last line lacks the newline, because a process was killed while writing it
   * @param index where the steps are written a second time, for quick reading
   */
  constructor(file: MetricsFile, size: number, torn: boolean, index?: StepIndexWriter) {
    this.#file = file;
    this.#index = index;
    this.#position = size;
    this.#appendedBytes = torn ? size + 1 : size;
    if (torn) this.#pending.push('\n');
  }

  /** Bytes of the file once every event appended so far has been written. */
  get appendedBytes(): number {
    return this.#appendedBytes;
  }

  /**
   * Takes the event; it is on disk after the next flush.
   * @throws FileWriteError when an earlier write has failed; this event is kept all the same
   */
  append(event: RunEvent): void {
    if (this.#closed) throw new Error(`${this.#file.path} is closed: no event can be appended.`);
    const line = formatEvent(event);
    this.#pending.push(line);
    const start = this.#appendedBytes;
    this.#appendedBytes += Buffer.byteLength(line);
    this.#index?.append(event, start, this.#appendedBytes);
    this.#timer ??= setTimeout(() => this.#write(), flushInterval);
    this.#throwFailure();
  }

  /**
   * Returns when every event appended so far has been written.
   * @throws FileWriteError when that fails
   */
  async flush(): Promise<void> {
    if (!this.#closed) await this.#write();
    this.#throwFailure();
  }

  /**
   * Flushes and closes the file; calling it again does nothing.
   * @throws FileWriteError when the last events could not be written
   */
  async close(): Promise<void> {
    if (this.#closed) return;
    try {
      await this.flush();
    } finally {
      this.#closed = true;
      clearTimeout(this.#timer);
      await this.#index?.close(this.#position);
      await this.#file.close();
    }
  }

  #write(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#writing = this.#writing.then(() => this.#writePending());
    return this.#writing;
  }

  async #writePending(): Promise<void> {
    const lines = this.#pending.length;
    if (!this.#pending.some(line => line !== '\n')) return;
    const bytes = Buffer.from(this.#pending.join(''), 'utf8');
    try {
      await this.#file.write(bytes, this.#position);
      this.#position += bytes.byteLength;
      this.#pending.splice(0, lines);
      this.#failure = undefined;
    } catch (error) {
      this.#failure = new FileWriteError(this.#file.path, error);
      return;
    }
    // Behind the lines it belongs to: it never tells of more than the file holds.
    await this.#index?.flush(this.#position);
  }

  #throwFailure(): void {
    const failure = this.#failure;
    this.#failure = undefined;
    if (failure) throw failure;
  }
}

/**
 * Opens `metrics.jsonl` for appending and makes it if missing. One writer at a time.
 * @throws FileWriteError when it cannot be opened
 */
export async function openMetricsWriter(path: string): Promise<MetricsWriter> {
  try {
    // Not in append mode: that would ignore positions, and a failed write could not be written over.
    const handle = await open(path, constants.O_RDWR | constants.O_CREAT, 0o666);
    const { size } = await handle.stat();
    const torn = size > 0 && (await lastByte(handle, size)) !== '\n'.charCodeAt(0);
    return new MetricsWriter(
      { path, write: (bytes, position) => writeAll(handle, bytes, position), close: () => handle.close() },
      size,
      torn,
      await openStepIndexWriter(join(dirname(path), runFiles.steps), size),
    );
  } catch (error) {
    throw new FileWriteError(path, error);
  }
}

async function lastByte(handle: FileHandle, size: number): Promise<number | undefined> {
  const { buffer } = await handle.read(Buffer.alloc(1), 0, 1, size - 1);
  return buffer[0];
}
