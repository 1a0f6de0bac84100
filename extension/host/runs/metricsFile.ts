import { type FileHandle, open, stat } from 'node:fs/promises';
import { type MetricsPiece, MetricsScanner } from '../../contract/metricsPiece';
import { openStepIndex } from './stepIndexFile';

/** Bytes read and parsed before other work of the extension host gets its turn: a few milliseconds. */
const chunkBytes = 256 * 1024;

/** A step's line is seldom shorter. */
const shortLine = 256;

const newline = '\n'.charCodeAt(0);

/** Reads a growing `metrics.jsonl` piece by piece and knows how far it has come. */
export class MetricsFile {
  readonly path: string;
  readonly #scanner = new MetricsScanner();
  #position = 0;

  constructor(path: string) {
    this.path = path;
  }

  /** Bytes that have been read, up to the end of a line. */
  get position(): number {
    return this.#position;
  }

  moveTo(position: number): void {
    this.#position = position;
  }

  /** How many steps the file has at most, unless its lines are unusually short. */
  async mostSteps(): Promise<number> {
    const size = await stat(this.path).then(
      stats => stats.size,
      () => 0,
    );
    return Math.ceil(size / shortLine);
  }

  /**
   * All events from the file's beginning, otherwise as `read`. What `metrics.steps` holds of them is taken from there, in a
   * small part of the time.
   */
  async *readAll(limit = Number.POSITIVE_INFINITY): AsyncGenerator<MetricsPiece> {
    this.#position = 0;
    const handle = await this.#open();
    if (!handle) return;
    try {
      const index = await openStepIndex(this.path, handle, limit);
      if (index) {
        try {
          for await (const { piece, end } of index.read()) {
            this.#position = end;
            yield piece;
          }
        } finally {
          await index.close();
        }
      }
      yield* this.#readFrom(handle, limit);
    } finally {
      await handle.close();
    }
  }

  /**
   * The events from the position on, a piece at a time, up to `limit` bytes of the file or its end. A line that is not
   * finished is left for the next time, unless only its newline is missing. Of a file that is missing: none. A piece is
   * good until the next one is asked for.
   */
  async *read(limit = Number.POSITIVE_INFINITY): AsyncGenerator<MetricsPiece> {
    const handle = await this.#open();
    if (!handle) return;
    try {
      yield* this.#readFrom(handle, limit);
    } finally {
      await handle.close();
    }
  }

  /** Whether these are the bytes before the position. */
  async endsWith(text: string): Promise<boolean> {
    const expected = Buffer.from(text, 'utf8');
    const start = this.#position - expected.byteLength;
    const handle = await this.#open();
    if (!handle || start < 0) return false;
    try {
      const found = Buffer.alloc(expected.byteLength);
      await handle.read(found, 0, found.byteLength, start);
      return found.equals(expected);
    } finally {
      await handle.close();
    }
  }

  async *#readFrom(handle: FileHandle, limit: number): AsyncGenerator<MetricsPiece> {
    const scanner = this.#scanner;
    let rest: Uint8Array = new Uint8Array(0);
    let place = this.#position;
    while (place < limit) {
      const length = Math.min(chunkBytes, limit - place);
      const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafe(length), 0, length, place);
      if (bytesRead === 0) break;
      place += bytesRead;
      const bytes = Buffer.concat([rest, buffer.subarray(0, bytesRead)]);
      const whole = bytes.lastIndexOf(newline) + 1;
      rest = bytes.subarray(whole);
      if (whole === 0) continue;
      scanner.clear();
      scanner.scan(bytes.subarray(0, whole), this.#position);
      this.#position += whole;
      yield scanner;
    }
    scanner.clear();
    scanner.scan(Buffer.concat([rest, Buffer.of(newline)]), this.#position);
    if (scanner.steps.rows === 0 && scanner.others.length === 0) return;
    this.#position += rest.byteLength;
    yield scanner;
  }

  #open(): Promise<FileHandle | undefined> {
    return open(this.path).catch(() => undefined);
  }
}
