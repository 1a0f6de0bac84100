import type { StepFigure } from './dashboard';
import { DecimalReader } from './decimal';

/** Columns of a step's figures, in the order in which they are kept. */
export const stepFigures = [
  'total',
  'zeroth',
  'natural',
  'robust',
  'first',
  'second',
  'learningRate',
  'cleanAccuracy',
  'robustAccuracy',
  'imagesPerSecond',
] as const satisfies readonly StepFigure[];

const lossTerms = 6;

const ascii = (text: string) => Uint8Array.from(text, letter => letter.charCodeAt(0));

const opening = ascii('{"type":"step",');
const lossKey = ascii('"loss":{');
const stepKey = ascii('"step":');
const epochKey = ascii('"epoch":');
const timeKey = ascii('"time":"');
const figureKeys = stepFigures.map(name => ascii(`"${name}":`));
const nonFinite = [
  { text: ascii('"NaN"'), value: Number.NaN },
  { text: ascii('"Infinity"'), value: Number.POSITIVE_INFINITY },
  { text: ascii('"-Infinity"'), value: Number.NEGATIVE_INFINITY },
];

const comma = 44;
const closing = 125;
const zero = 48;
const nine = 57;
const quote = 34;
const newline = 10;
const millisecondsADay = 86_400_000;

/**
 * Reads the lines that make up nearly all of a `metrics.jsonl`, many times faster than JSON.parse: those of steps, written
 * as a trainer writes them, with no spaces and every field at most once. Of any other line it says only that it is not one.
 * It keeps what it read last in its fields.
 */
export class StepLineReader {
  /** By `stepFigures`; a figure that the line does not have is NaN, and so is one that diverged. */
  readonly figures = new Float32Array(stepFigures.length);
  /** Bits by `stepFigures`: the figures that the line has. */
  present = 0;
  step = 0;
  /** Milliseconds since 1970. */
  time = 0;
  readonly #decimal = new DecimalReader();
  #at = 0;
  #day = 0;
  #dayStart = 0;

  /**
   * Reads the line that begins at `start`, of bytes that end with a newline.
   * @returns index after the line's newline; -1 where it is not such a line
   */
  read(bytes: Uint8Array, start: number): number {
    return this.#readFields(bytes, start) && bytes[this.#at] === newline ? this.#at + 1 : -1;
  }

  #readFields(bytes: Uint8Array, start: number): boolean {
    if (!matches(bytes, start, opening)) return false;
    this.#at = start + opening.length;
    this.present = 0;
    this.figures.fill(Number.NaN);
    let hasLoss = false;
    let hasStep = false;
    let hasEpoch = false;
    let hasTime = false;
    // Every byte that is compared lies before the newline, since no key holds one.
    for (;;) {
      if (!hasLoss && matches(bytes, this.#at, lossKey)) {
        hasLoss = true;
        if (!this.#readLoss(bytes)) return false;
      } else if (!hasStep && matches(bytes, this.#at, stepKey)) {
        hasStep = true;
        if (!this.#readStep(bytes)) return false;
      } else if (!hasEpoch && matches(bytes, this.#at, epochKey)) {
        hasEpoch = true;
        if (!this.#skipNumber(bytes)) return false;
      } else if (!hasTime && matches(bytes, this.#at, timeKey)) {
        hasTime = true;
        if (!this.#readTime(bytes)) return false;
      } else if (!this.#readFigure(bytes, lossTerms, stepFigures.length)) return false;
      const next = bytes[this.#at];
      this.#at += 1;
      if (next === closing) break;
      if (next !== comma) return false;
    }
    return hasLoss && hasStep && hasEpoch && hasTime;
  }

  #readLoss(bytes: Uint8Array): boolean {
    this.#at += lossKey.length;
    for (;;) {
      if (!this.#readFigure(bytes, 0, lossTerms)) return false;
      const next = bytes[this.#at];
      this.#at += 1;
      if (next === closing) return true;
      if (next !== comma) return false;
    }
  }

  #readFigure(bytes: Uint8Array, from: number, to: number): boolean {
    for (let index = from; index < to; index++) {
      const key = figureKeys[index] as Uint8Array;
      if ((this.present & (1 << index)) !== 0 || !matches(bytes, this.#at, key)) continue;
      this.present |= 1 << index;
      const start = this.#at + key.length;
      if (bytes[start] === quote) return this.#readNonFinite(bytes, start, index);
      const end = this.#decimal.read(bytes, start);
      if (end < 0) return false;
      this.figures[index] = this.#decimal.float32(bytes, start, end);
      this.#at = end;
      return true;
    }
    return false;
  }

  #readNonFinite(bytes: Uint8Array, start: number, index: number): boolean {
    for (const { text, value } of nonFinite) {
      if (!matches(bytes, start, text)) continue;
      this.figures[index] = value;
      this.#at = start + text.length;
      return true;
    }
    return false;
  }

  #readStep(bytes: Uint8Array): boolean {
    this.#at = this.#decimal.read(bytes, this.#at + stepKey.length);
    this.step = this.#decimal.value;
    return this.#at >= 0 && this.#decimal.isExact;
  }

  #skipNumber(bytes: Uint8Array): boolean {
    this.#at = this.#decimal.read(bytes, this.#at + epochKey.length);
    return this.#at >= 0;
  }

  /** YYYY-MM-DDTHH:MM:SS.mmmZ, as Date.toISOString writes it. */
  #readTime(bytes: Uint8Array): boolean {
    const at = this.#at + timeKey.length;
    const day = 10_000 * digits(bytes, at, 4) + 100 * digits(bytes, at + 5, 2) + digits(bytes, at + 8, 2);
    const hour = digits(bytes, at + 11, 2);
    const minute = digits(bytes, at + 14, 2);
    const second = digits(bytes, at + 17, 2);
    const millisecond = digits(bytes, at + 20, 3);
    const isWritten =
      bytes[at + 4] === 45 &&
      bytes[at + 7] === 45 &&
      bytes[at + 10] === 84 &&
      bytes[at + 13] === 58 &&
      bytes[at + 16] === 58 &&
      bytes[at + 19] === 46 &&
      bytes[at + 23] === 90 &&
      bytes[at + 24] === quote;
    if (!isWritten || !(hour < 24 && minute < 60 && second < 60 && millisecond < 1000)) return false;
    if (day !== this.#day) {
      // Days are the same for thousands of lines, and the calendar is left to the language.
      this.#dayStart = Date.parse(String.fromCharCode(...bytes.subarray(at, at + 10)));
      this.#day = day;
    }
    this.time = this.#dayStart + ((hour * 60 + minute) * 60 + second) * 1000 + millisecond;
    this.#at = at + 25;
    return this.#dayStart % millisecondsADay === 0;
  }
}

function matches(bytes: Uint8Array, at: number, text: Uint8Array): boolean {
  for (let i = 0; i < text.length; i++) if (bytes[at + i] !== text[i]) return false;
  return true;
}

/** A number of so many digits; NaN where other bytes are among them. */
function digits(bytes: Uint8Array, at: number, count: number): number {
  let value = 0;
  for (let i = at; i < at + count; i++) {
    const byte = bytes[i] as number;
    if (byte < zero || byte > nine) return Number.NaN;
    value = value * 10 + (byte - zero);
  }
  return value;
}
