import type { StepEvent } from './events';
import { stepFigures } from './stepLine';
import { figuresOfStep, type StepRows } from './stepRows';

/**
 * `metrics.steps`, beside `metrics.jsonl`: the steps once more, as numbers that are read without parsing. It may be missing,
 * end early or be removed at any time; `metrics.jsonl` is the truth.
 *
 * Records of 64 bytes in the processor's byte order. The first is the mark below. A step is float64 step, float64
 * milliseconds since 1970, ten float32 by `stepFigures`, and float64 the index after its line in `metrics.jsonl`. A record
 * whose step is NaN stands for bytes of `metrics.jsonl` that are to be read there: from the end of the record before to its
 * own. So the records before any one cover the file's beginning without a gap.
 */
export const stepRecordBytes = 64;

const doubles = stepRecordBytes / 8;
const floats = stepRecordBytes / 4;
const timeAt = 1;
const figuresAt = 4;
const endAt = 7;

/** Another version, another byte order or another file does not have it. */
const mark = Float64Array.of(1, 0x52_41_54, 0x53_54_45_50_53, stepFigures.length, 0, 0, 0, 0);

/** The first record of a `metrics.steps`. */
export function stepIndexMark(): Uint8Array {
  return new Uint8Array(mark.slice().buffer);
}

export function isStepIndexMark(bytes: Uint8Array): boolean {
  const expected = stepIndexMark();
  return bytes.length >= stepRecordBytes && expected.every((byte, i) => bytes[i] === byte);
}

/** Records on their way to the file. */
export class StepRecords {
  #count = 0;
  #numbers = new Float64Array(64 * doubles);
  #figures = new Float32Array(this.#numbers.buffer);

  /** @param end index after the event's line in `metrics.jsonl` */
  addStep(event: StepEvent, end: number): void {
    const record = this.#add(event.step, Date.parse(event.time), end);
    const figures = figuresOfStep(event);
    let at = record * floats + figuresAt;
    for (const name of stepFigures) this.#figures[at++] = figures[name] ?? Number.NaN;
  }

  /** Says that `metrics.jsonl` up to `end` holds something else. */
  addOther(end: number): void {
    this.#add(Number.NaN, 0, end);
  }

  /** The records up to the byte `end` of `metrics.jsonl`, which are then forgotten here. */
  take(end: number): Uint8Array {
    let count = 0;
    while (count < this.#count && (this.#numbers[count * doubles + endAt] as number) <= end) count += 1;
    const bytes = new Uint8Array(this.#numbers.buffer.slice(0, count * stepRecordBytes));
    this.#numbers.copyWithin(0, count * doubles, this.#count * doubles);
    this.#count -= count;
    return bytes;
  }

  #add(step: number, time: number, end: number): number {
    const record = this.#count;
    if ((record + 1) * doubles > this.#numbers.length) {
      const larger = new Float64Array(2 * this.#numbers.length);
      larger.set(this.#numbers);
      this.#numbers = larger;
      this.#figures = new Float32Array(larger.buffer);
    }
    const at = record * doubles;
    this.#numbers.fill(Number.NaN, at, at + doubles);
    this.#numbers[at] = step;
    this.#numbers[at + timeAt] = time;
    this.#numbers[at + endAt] = end;
    this.#count = record + 1;
    return record;
  }
}

/** Looks into the records of a piece of `metrics.steps`. */
export class StepRecordView {
  readonly count: number;
  readonly #numbers: Float64Array;
  readonly #figures: Float32Array;

  /** @param bytes whole records, at an offset in their buffer that is a multiple of 8; what comes after the last is ignored */
  constructor(bytes: Uint8Array) {
    this.count = Math.floor(bytes.byteLength / stepRecordBytes);
    this.#numbers = new Float64Array(bytes.buffer, bytes.byteOffset, this.count * doubles);
    this.#figures = new Float32Array(bytes.buffer, bytes.byteOffset, this.count * floats);
  }

  /** Whether the record is a step; otherwise the bytes before its end are to be read as they are. */
  isStep(record: number): boolean {
    return !Number.isNaN(this.#numbers[record * doubles]);
  }

  end(record: number): number {
    return this.#numbers[record * doubles + endAt] as number;
  }

  /**
   * How many of the first records go on from `start` in `metrics.jsonl`, one after the other and not beyond `limit`. What a
   * crash of the machine left behind them does not.
   */
  countContinuing(start: number, limit: number): number {
    let before = start;
    for (let record = 0; record < this.count; record++) {
      const end = this.end(record);
      if (!(end > before && end <= limit)) return record;
      before = end;
    }
    return this.count;
  }

  /** Adds the records `from` to `to` (exclusive), all of them steps, to a table. */
  copySteps(from: number, to: number, rows: StepRows): void {
    rows.reserve(to - from);
    const first = rows.rows;
    const count = to - from;
    const { step, time, end } = rows;
    for (let i = 0; i < count; i++) {
      const at = (from + i) * doubles;
      step[first + i] = this.#numbers[at] as number;
      time[first + i] = this.#numbers[at + timeAt] as number;
      end[first + i] = this.#numbers[at + endAt] as number;
    }
    for (const [index, column] of rows.figures.entries()) {
      let at = from * floats + figuresAt + index;
      for (let i = 0; i < count; i++, at += floats) column[first + i] = this.#figures[at] as number;
    }
    rows.rows = first + count;
  }
}
