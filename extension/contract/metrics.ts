import type { RunEvent } from './events';

/** Fields that hold free text, where the word "NaN" is a word and not a number. */
const textFields = new Set(['attack', 'device', 'engine', 'file', 'name', 'reason', 'text']);

const nonFinite = new Map([
  ['NaN', Number.NaN],
  ['Infinity', Number.POSITIVE_INFINITY],
  ['-Infinity', Number.NEGATIVE_INFINITY],
]);

/**
 * JSON in which a diverged loss survives: JSON.stringify alone writes null for NaN and the infinities, here they become
 * the strings "NaN", "Infinity" and "-Infinity".
 * @param indent spaces a level; without it everything is on one line
 */
export function encodeJson(value: unknown, indent?: number): string {
  const keepNumber = (_key: string, item: unknown) =>
    typeof item === 'number' && !Number.isFinite(item) ? String(item) : item;
  return JSON.stringify(value, keepNumber, indent);
}

const writtenNonFinite = /"(?:NaN|-?Infinity)"/;

/**
 * Reads what `encodeJson` wrote; free-text fields keep the words "NaN" and "Infinity".
 * @throws SyntaxError when the text is not JSON
 */
export function decodeJson(text: string): unknown {
  // A reviver makes reading several times slower, and only a diverged run needs it.
  if (!writtenNonFinite.test(text)) return JSON.parse(text);
  return JSON.parse(text, (key, item: unknown) =>
    typeof item === 'string' && !textFields.has(key) ? (nonFinite.get(item) ?? item) : item,
  );
}

/** One line of `metrics.jsonl`, with its newline. */
export function formatEvent(event: RunEvent): string {
  return `${encodeJson(event)}\n`;
}

/** Reads a growing `metrics.jsonl` piece by piece. A piece may end anywhere in a line, but not inside a character. */
export class MetricsReader {
  #unfinished = '';
  #damagedLines = 0;

  /** Lines skipped so far because they are not an event: what a killed process or a bad disk leaves. */
  get damagedLines(): number {
    return this.#damagedLines;
  }

  /** The events of the lines that `chunk` completes; the rest waits for the next chunk. */
  push(chunk: string): RunEvent[] {
    const lines = (this.#unfinished + chunk).split('\n');
    this.#unfinished = lines.pop() ?? '';
    return lines.flatMap(line => this.#read(line));
  }

  /** No more will come: reads the last line even without its newline. */
  end(): RunEvent[] {
    return this.push('\n');
  }

  #read(line: string): RunEvent[] {
    if (line.trim() === '') return [];
    const event = parseEvent(line);
    if (event) return [event];
    this.#damagedLines += 1;
    return [];
  }
}

/** All events of a `metrics.jsonl`, as written: see `effectiveEvents` for what counts after a resume. */
export function parseMetrics(text: string): { events: RunEvent[]; damagedLines: number } {
  const reader = new MetricsReader();
  const events = [...reader.push(text), ...reader.end()];
  return { events, damagedLines: reader.damagedLines };
}

/** What counts: a `resumed` event takes back the earlier events with a greater step, because they are trained again. */
export function effectiveEvents(events: readonly RunEvent[]): RunEvent[] {
  let kept: RunEvent[] = [];
  for (const event of events) {
    if (event.type === 'resumed') kept = kept.filter(earlier => earlier.step <= event.step);
    kept.push(event);
  }
  return kept;
}

/** The event of one line; undefined when it is not one. */
export function parseEvent(line: string): RunEvent | undefined {
  try {
    const value = decodeJson(line);
    return isEvent(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isEvent(value: unknown): value is RunEvent {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const { type, step } = value as { type?: unknown; step?: unknown };
  return typeof type === 'string' && Number.isFinite(step);
}
