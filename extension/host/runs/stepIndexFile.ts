import { type FileHandle, open } from 'node:fs/promises';
import path from 'node:path';
import { type MetricsPiece, MetricsScanner } from '../../contract/metricsPiece';
import { runFiles } from '../../contract/runFolder';
import { isStepIndexMark, StepRecordView, stepRecordBytes } from '../../contract/stepIndex';
import { StepRows } from '../../contract/stepRows';

/** Records read before other work of the extension host gets its turn: a few milliseconds. */
const chunkRecords = 16_384;
/** Stretches of other lines in a chunk beyond which reading everything is quicker than reading each. */
const mostStretches = 512;
/** Bytes of `metrics.jsonl` parsed at a time, and the longest line. */
const chunkBytes = 256 * 1024;
const longestLine = 16 * 1024;
const newline = 10;
/** Steps whose lines are compared with their records, spread over the file. */
const samples = 24;

/** What `metrics.steps` knows of its `metrics.jsonl`. */
export interface StepIndexFile {
  /** The events from the beginning of `metrics.jsonl`, and where each piece ends there. */
  read(): AsyncGenerator<{ readonly piece: MetricsPiece; readonly end: number }>;
  close(): Promise<void>;
}

/**
 * Opens the `metrics.steps` beside a `metrics.jsonl`.
 * @param limit bytes of `metrics.jsonl` to read
 * @returns undefined when there is none, or when it does not fit: the lines of some steps are compared, and it must not be
 * older than a `metrics.jsonl` that it covers to the end
 */
export async function openStepIndex(
  metricsPath: string,
  metrics: FileHandle,
  limit: number,
): Promise<StepIndexFile | undefined> {
  const { size, mtimeMs } = await metrics.stat();
  const file = await open(path.join(path.dirname(metricsPath), runFiles.steps)).catch(() => undefined);
  if (!file) return undefined;
  const index = new OpenStepIndex(file, metrics, Math.min(limit, size));
  try {
    const written = await file.stat();
    const records = Math.floor(written.size / stepRecordBytes) - 1;
    const last = records > 0 ? await index.record(records - 1) : undefined;
    const isStale = last?.end(0) === size && mtimeMs > written.mtimeMs;
    if (last && !isStale && (await index.fits(records))) return index;
  } catch {
    // What cannot be read is as good as not there.
  }
  await file.close();
  return undefined;
}

class OpenStepIndex implements StepIndexFile, MetricsPiece {
  readonly #file: FileHandle;
  readonly #metrics: FileHandle;
  readonly #limit: number;
  readonly steps = new StepRows();
  readonly others = [];

  constructor(file: FileHandle, metrics: FileHandle, limit: number) {
    this.#file = file;
    this.#metrics = metrics;
    this.#limit = limit;
  }

  close(): Promise<void> {
    return this.#file.close();
  }

  /** A view of one record. */
  async record(record: number): Promise<StepRecordView> {
    return new StepRecordView(await this.#records(record, 1));
  }

  /** Whether the mark is there, and the lines of some steps are those in `metrics.jsonl`. */
  async fits(records: number): Promise<boolean> {
    const mark = new Uint8Array(stepRecordBytes);
    await this.#file.read(mark, 0, stepRecordBytes, 0);
    if (!isStepIndexMark(mark)) return false;
    for (let sample = 0; sample <= samples; sample++) {
      const record = Math.floor(((records - 1) * sample) / samples);
      const from = Math.max(0, record - 1);
      const view = new StepRecordView(await this.#records(from, record - from + 1));
      const [before, here] = [record === 0 ? 0 : view.end(0), record - from];
      const end = view.end(here);
      if (!view.isStep(here) || end > this.#limit) continue;
      if (!(end > before && end - before <= longestLine)) return false;
      const found = new MetricsScanner();
      const line = await this.#bytes(before, end);
      if (line.at(-1) !== newline) return false;
      found.scan(line, before);
      const kept = new StepRows();
      view.copySteps(here, here + 1, kept);
      if (!isSameRow(found.steps, kept)) return false;
    }
    return true;
  }

  async *read(): AsyncGenerator<{ readonly piece: MetricsPiece; readonly end: number }> {
    let position = 0;
    for (let from = 0; ; from += chunkRecords) {
      const view = new StepRecordView(await this.#records(from, chunkRecords));
      const count = view.countContinuing(position, this.#limit);
      if (count === 0) return;
      const end = view.end(count - 1);
      if (this.#stretches(view, count) > mostStretches) yield* this.#scan(position, end);
      else yield* this.#collect(view, count, position);
      position = end;
      if (count < chunkRecords) return;
    }
  }

  #stretches(view: StepRecordView, count: number): number {
    let stretches = 0;
    for (let record = 0; record < count; record++) if (!view.isStep(record)) stretches += 1;
    return stretches;
  }

  /** Steps from the records, all else from `metrics.jsonl`. */
  async *#collect(
    view: StepRecordView,
    count: number,
    start: number,
  ): AsyncGenerator<{ readonly piece: MetricsPiece; readonly end: number }> {
    this.steps.clear();
    let copied = 0;
    let position = start;
    for (let record = 0; record < count; record++) {
      const end = view.end(record);
      if (!view.isStep(record)) {
        view.copySteps(copied, record, this.steps);
        copied = record + 1;
        if (this.steps.rows > 0) yield { piece: this, end: position };
        this.steps.clear();
        yield* this.#scan(position, end);
      }
      position = end;
    }
    view.copySteps(copied, count, this.steps);
    yield { piece: this, end: position };
  }

  /** Reads a stretch of whole lines as they are written. */
  async *#scan(
    from: number,
    to: number,
  ): AsyncGenerator<{ readonly piece: MetricsPiece; readonly end: number }> {
    const scanner = new MetricsScanner();
    let position = from;
    let length = chunkBytes;
    while (position < to) {
      const bytes = await this.#bytes(position, Math.min(to, position + length));
      if (bytes.byteLength === 0) return;
      const whole = position + bytes.byteLength === to ? bytes.byteLength : bytes.lastIndexOf(newline) + 1;
      // A line may be longer than a chunk.
      if (whole === 0) length *= 2;
      scanner.clear();
      scanner.scan(bytes.subarray(0, whole), position);
      position += whole;
      yield { piece: scanner, end: position };
    }
  }

  async #records(from: number, count: number): Promise<Uint8Array> {
    const bytes = new Uint8Array(count * stepRecordBytes);
    const { bytesRead } = await this.#file.read(bytes, 0, bytes.byteLength, (from + 1) * stepRecordBytes);
    return bytes.subarray(0, bytesRead);
  }

  async #bytes(from: number, to: number): Promise<Buffer> {
    const { buffer, bytesRead } = await this.#metrics.read(Buffer.allocUnsafe(to - from), 0, to - from, from);
    return buffer.subarray(0, bytesRead);
  }
}

/** Whether two tables begin with the same step. */
function isSameRow(found: StepRows, kept: StepRows): boolean {
  return (
    found.rows === 1 &&
    Object.is(found.step[0], kept.step[0]) &&
    Object.is(found.time[0], kept.time[0]) &&
    found.figures.every((column, i) => {
      const [one, other] = [column[0] as number, kept.figures[i]?.[0] as number];
      return one === other || (Number.isNaN(one) && Number.isNaN(other));
    })
  );
}
