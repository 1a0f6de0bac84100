import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import type { RunEvent } from '../../../contract/events';
import {
  isStepIndexMark,
  StepRecords,
  StepRecordView,
  stepIndexMark,
  stepRecordBytes,
} from '../../../contract/stepIndex';
import { writeAll } from './writeAll';

/** What the writer needs of a file. */
export interface StepIndexFile {
  /** Writes all the bytes from this position on, or throws. */
  write(bytes: Uint8Array, position: number): Promise<void>;
  close(): Promise<void>;
}

/**
 * Writes `metrics.steps` beside `metrics.jsonl`, from which a run with many steps is shown at once. It is a help and not a
 * record: when it cannot be written it is left as it is, which fits all the same, and the run goes on without. Nothing here
 * throws.
 */
export class StepIndexWriter {
  readonly #file: StepIndexFile;
  readonly #records = new StepRecords();
  #position: number;
  #covered: number;
  #isAbandoned = false;

  /**
   * @param position bytes in the file, at the end of a record
   * @param covered bytes of `metrics.jsonl` that its records cover
   */
  constructor(file: StepIndexFile, position: number, covered: number) {
    this.#file = file;
    this.#position = position;
    this.#covered = covered;
  }

  /** Takes an event whose line stands in `metrics.jsonl` from `start` to `end`; it is written by a flush. */
  append(event: RunEvent, start: number, end: number): void {
    if (this.#isAbandoned || event.type !== 'step') return;
    this.#coverUpTo(start);
    this.#records.addStep(event, end);
    this.#covered = end;
  }

  /** Writes what belongs to the first `metricsBytes` of `metrics.jsonl`, once they are written. */
  async flush(metricsBytes: number): Promise<void> {
    if (this.#isAbandoned) return;
    const bytes = this.#records.take(metricsBytes);
    if (bytes.byteLength === 0) return;
    try {
      await this.#file.write(bytes, this.#position);
      this.#position += bytes.byteLength;
    } catch {
      this.#isAbandoned = true;
    }
  }

  /** @param metricsBytes size of `metrics.jsonl`, all of which is written */
  async close(metricsBytes: number): Promise<void> {
    if (!this.#isAbandoned) this.#coverUpTo(metricsBytes);
    await this.flush(metricsBytes);
    await this.#file.close().catch(() => undefined);
  }

  #coverUpTo(end: number): void {
    if (end <= this.#covered) return;
    this.#records.addOther(end);
    this.#covered = end;
  }
}

/**
 * Opens `metrics.steps`, makes it if it is missing, and begins it anew when it is not one or covers more than there is.
 * @param metricsBytes size of `metrics.jsonl`
 * @returns undefined when it cannot be written
 */
export async function openStepIndexWriter(
  path: string,
  metricsBytes: number,
): Promise<StepIndexWriter | undefined> {
  const handle = await open(path, constants.O_RDWR | constants.O_CREAT, 0o666).catch(() => undefined);
  if (!handle) return undefined;
  try {
    const { size, covered } = await endOf(handle, metricsBytes);
    await handle.truncate(size);
    if (size === 0) await writeAll(handle, stepIndexMark(), 0);
    return new StepIndexWriter(
      { write: (bytes, position) => writeAll(handle, bytes, position), close: () => handle.close() },
      Math.max(size, stepRecordBytes),
      covered,
    );
  } catch {
    await handle.close().catch(() => undefined);
    return undefined;
  }
}

/** How many records a crash of the machine may have left beyond the end of `metrics.jsonl`: some minutes of training. */
const mostRecordsBeyond = 1000;

/** Where to go on: after the last whole record that covers no more than there is. */
async function endOf(handle: FileHandle, metricsBytes: number): Promise<{ size: number; covered: number }> {
  const { size } = await handle.stat();
  const records = isStepIndexMark(await recordAt(handle, 0)) ? Math.floor(size / stepRecordBytes) - 1 : 0;
  for (let record = records; record > Math.max(0, records - mostRecordsBeyond); record--) {
    const covered = new StepRecordView(await recordAt(handle, record)).end(0);
    if (covered > 0 && covered <= metricsBytes) return { size: (record + 1) * stepRecordBytes, covered };
  }
  return { size: 0, covered: 0 };
}

async function recordAt(handle: FileHandle, record: number): Promise<Uint8Array> {
  const { buffer } = await handle.read(
    new Uint8Array(stepRecordBytes),
    0,
    stepRecordBytes,
    record * stepRecordBytes,
  );
  return buffer;
}
