import { type FileHandle, open } from 'node:fs/promises';
import type { RunEvent } from '../../contract/events';
import { MetricsReader, parseMetrics } from '../../contract/metrics';

/** Bytes read and parsed before other work of the extension host gets its turn: a few milliseconds. */
const chunkBytes = 256 * 1024;

const newline = '\n'.charCodeAt(0);

/** Reads a growing `metrics.jsonl` piece by piece and knows how far it has come. */
export class MetricsFile {
  readonly path: string;
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

  /**
   * The events from the position on, a piece at a time, up to `limit` bytes of the file or its end. A line that is not
   * finished is left for the next time, unless only its newline is missing. Of a file that is missing: none.
   */
  async *read(limit = Number.POSITIVE_INFINITY): AsyncGenerator<readonly RunEvent[]> {
    const handle = await this.#open();
    if (!handle) return;
    try {
      const reader = new MetricsReader();
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
        this.#position += whole;
        if (whole > 0) yield reader.push(bytes.toString('utf8', 0, whole));
      }
      const { events } = parseMetrics(Buffer.from(rest).toString('utf8'));
      if (events.length === 0) return;
      this.#position += rest.byteLength;
      yield events;
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

  #open(): Promise<FileHandle | undefined> {
    return open(this.path).catch(() => undefined);
  }
}
