import type { Range } from './grid';

export type ScaleKind = 'linear' | 'logarithmic';

/** What stands for the smallest loss on a logarithmic scale: a cross-entropy may be rounded to 0. */
const smallestLoss = 1e-6;

/** Where losses lie between the least, 0, and the greatest, 1; the same scale gives colours, heights and contours. */
export class ValueScale {
  readonly kind: ScaleKind;
  readonly range: Range;

  constructor(kind: ScaleKind, { min, max }: Range) {
    this.kind = kind;
    const least = kind === 'logarithmic' ? Math.max(min, smallestLoss) : min;
    this.range = { min: least, max: max > least ? max : least + (Math.abs(least) || 1) * 1e-3 };
  }

  /** The place of a loss, from 0 to 1; what lies outside is cut off. */
  share(loss: number): number {
    const { min, max } = this.range;
    const share =
      this.kind === 'linear'
        ? (loss - min) / (max - min)
        : Math.log(Math.max(loss, smallestLoss) / min) / Math.log(max / min);
    return Math.min(1, Math.max(0, share));
  }

  /** The loss at a place. */
  at(share: number): number {
    const { min, max } = this.range;
    return this.kind === 'linear' ? min + share * (max - min) : min * (max / min) ** share;
  }

  /** About so many round losses inside the scale, in rising order: contour lines and ticks stand on them. */
  ticks(about: number): number[] {
    const { min, max } = this.range;
    const candidates =
      this.kind === 'linear' ? [linearTicks(min, max, about)] : logarithmicTicks(min, max, about);
    const [best = []] = candidates.sort((a, b) => Math.abs(a.length - about) - Math.abs(b.length - about));
    return best.length >= 2 ? best : linearTicks(min, max, about);
  }
}

/** Multiples of 1, 2, 2.5 or 5 times a power of ten. */
export function linearTicks(min: number, max: number, about: number): number[] {
  const rough = (max - min) / Math.max(1, about);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map(factor => factor * power).find(value => value >= rough) ?? rough;
  const first = Math.ceil(min / step - 1e-9);
  const last = Math.floor(max / step + 1e-9);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) =>
    Number(((first + i) * step).toPrecision(12)),
  );
}

/** Powers of ten, and with them 3s, 2s and 5s, or all digits. */
function logarithmicTicks(min: number, max: number, about: number): number[][] {
  const digits = [[1], [1, 3], [1, 2, 5], [1, 1.5, 2, 3, 5, 7], [1, 2, 3, 4, 5, 6, 7, 8, 9]];
  const from = Math.floor(Math.log10(min));
  const to = Math.ceil(Math.log10(max));
  const powers = Array.from({ length: to - from + 1 }, (_, i) => from + i);
  const ticks = digits.map(list =>
    powers
      .flatMap(power => list.map(digit => Number((digit * 10 ** power).toPrecision(6))))
      .filter(value => value >= min && value <= max),
  );
  const sparse = powers.filter(power => power % 2 === 0).map(power => 10 ** power);
  return [sparse.filter(value => value >= min && value <= max), ...ticks].filter(
    list => list.length <= 2 * about,
  );
}
