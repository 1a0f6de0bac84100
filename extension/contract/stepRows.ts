import type { StepFigure } from './dashboard';
import type { StepEvent } from './events';
import { type StepLineReader, stepFigures } from './stepLine';

/** Training steps as a table of numbers: what is kept of them where a million of them are read at once. */
export class StepRows {
  rows = 0;
  /** Training steps finished. */
  step = new Float64Array(0);
  /** Milliseconds since 1970; NaN where the event's time is none. */
  time = new Float64Array(0);
  /** Index in `metrics.jsonl` after the event's line. */
  end = new Float64Array(0);
  /** By `stepFigures`; NaN where a step does not have the figure. */
  figures: readonly Float32Array[] = stepFigures.map(() => new Float32Array(0));

  clear(): void {
    this.rows = 0;
  }

  /** Makes room for so many more rows. */
  reserve(more: number): void {
    const needed = this.rows + more;
    if (needed <= this.step.length) return;
    const capacity = Math.max(1024, Math.ceil(needed * 1.5));
    const larger = (column: Float64Array) => {
      const copy = new Float64Array(capacity);
      copy.set(column);
      return copy;
    };
    this.step = larger(this.step);
    this.time = larger(this.time);
    this.end = larger(this.end);
    this.figures = this.figures.map(column => {
      const copy = new Float32Array(capacity);
      copy.set(column);
      return copy;
    });
  }

  appendLine(line: StepLineReader, end: number): void {
    this.reserve(1);
    const row = this.rows;
    this.step[row] = line.step;
    this.time[row] = line.time;
    this.end[row] = end;
    for (let i = 0; i < stepFigures.length; i++) {
      (this.figures[i] as Float32Array)[row] = line.figures[i] as number;
    }
    this.rows = row + 1;
  }

  appendEvent(event: StepEvent, end: number): void {
    this.reserve(1);
    const row = this.rows;
    this.step[row] = event.step;
    this.time[row] = Date.parse(event.time);
    this.end[row] = end;
    const figures = figuresOfStep(event);
    stepFigures.forEach((name, i) => {
      (this.figures[i] as Float32Array)[row] = figures[name] ?? Number.NaN;
    });
    this.rows = row + 1;
  }
}

/** A step's figures by the names of their columns. */
export function figuresOfStep(event: StepEvent): Partial<Record<StepFigure, number | undefined>> {
  const { learningRate, cleanAccuracy, robustAccuracy, imagesPerSecond } = event;
  return { ...event.loss, learningRate, cleanAccuracy, robustAccuracy, imagesPerSecond };
}
