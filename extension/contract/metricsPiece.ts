import type { RunEvent } from './events';
import { parseEvent } from './metrics';
import { StepLineReader } from './stepLine';
import { StepRows } from './stepRows';

/** Events that stand one after the other in `metrics.jsonl`: steps as rows, and what comes between them. */
export interface MetricsPiece {
  readonly steps: StepRows;
  /** `row`: how many of the piece's steps come before the event. */
  readonly others: readonly { readonly row: number; readonly event: RunEvent }[];
}

const newline = 10;

/**
 * Reads lines of `metrics.jsonl` into a piece: steps by `StepLineReader`, all other lines as JSON. The result is the one
 * of `MetricsReader`, with a step's figures as float32, in a small part of its time.
 */
export class MetricsScanner implements MetricsPiece {
  readonly steps = new StepRows();
  readonly others: { readonly row: number; readonly event: RunEvent }[] = [];
  readonly #line = new StepLineReader();
  readonly #decoder = new TextDecoder('utf-8', { ignoreBOM: true });

  clear(): void {
    this.steps.clear();
    this.others.length = 0;
  }

  /**
   * Adds the events of some lines.
   * @param bytes whole lines: the last byte is a newline
   * @param offset where they stand in the file
   */
  scan(bytes: Uint8Array, offset: number): void {
    let at = 0;
    while (at < bytes.length) {
      const next = this.#line.read(bytes, at);
      if (next >= 0) {
        this.steps.appendLine(this.#line, offset + next);
        at = next;
        continue;
      }
      const end = bytes.indexOf(newline, at) + 1 || bytes.length;
      this.#parse(this.#decoder.decode(bytes.subarray(at, end)), offset + end);
      at = end;
    }
  }

  /** A line that is not an event is what a killed process or a bad disk leaves: it is skipped. */
  #parse(line: string, end: number): void {
    const event = parseEvent(line);
    if (event?.type === 'step') this.steps.appendEvent(event, end);
    else if (event) this.others.push({ row: this.steps.rows, event });
  }
}
