import type { Line } from '../series/decimation';
import { type Mapping, xPixel, yPixel } from './mapping';

/** Pixels from which on a column of a dense line is more than a thick point. */
export const tallSpan = 3;

/** What a column of pixels covers of a dense line. */
export interface Span {
  readonly x: number;
  readonly top: number;
  readonly bottom: number;
}

/** What each column of pixels of a dense line covers, joined to the end of the column before. */
export function columnSpans(line: Line, unit: number, mapping: Mapping): Span[] {
  const spans: Span[] = [];
  let before = Number.NaN;
  for (let i = 0; i < line.length; i += 4) {
    const low = yPixel(line.y[i + 1] as number, mapping);
    const high = yPixel(line.y[i + 2] as number, mapping);
    const last = yPixel(line.y[i + 3] as number, mapping);
    if (Number.isFinite(low) && Number.isFinite(high)) {
      const first = yPixel(line.y[i] as number, mapping);
      const join = Number.isFinite(before) ? (before + first) / 2 : high;
      spans.push({
        x: xPixel((line.x[i] as number) * unit, mapping),
        top: Math.max(mapping.top - tallSpan, Math.min(high, join)),
        bottom: Math.min(mapping.bottom + tallSpan, Math.max(low, join)),
      });
    }
    before = last;
  }
  return spans;
}

/** Fills between the upper ends of the spans and the lower ones; a gap of some columns of pixels interrupts it. */
export function fillBand(context: CanvasRenderingContext2D, spans: readonly Span[], margin: number): void {
  context.beginPath();
  let from = 0;
  for (let i = 1; i <= spans.length; i++) {
    const isEnd = i === spans.length || (spans[i]?.x ?? 0) - (spans[i - 1]?.x ?? 0) > widestStep;
    if (!isEnd) continue;
    for (let j = from; j < i; j++) {
      const { x = 0, top = 0 } = spans[j] ?? {};
      if (j === from) context.moveTo(x, top - margin);
      else context.lineTo(x, top - margin);
    }
    for (let j = i - 1; j >= from; j--) {
      const { x = 0, bottom = 0 } = spans[j] ?? {};
      context.lineTo(x, bottom + margin);
    }
    context.closePath();
    from = i;
  }
  context.fill();
}

/** Pixels between columns from which on they are not neighbours. */
const widestStep = 4;

export function meanHeight(spans: readonly Span[]): number {
  return spans.reduce((sum, { top, bottom }) => sum + bottom - top, 0) / spans.length;
}
