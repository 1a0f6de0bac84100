/** How the figures of single steps are smoothed. */
export interface Smoothing {
  readonly kind: 'exponential' | 'window';
  /** 0 is none, 1 is over a thousand points; see `spanOf`. */
  readonly strength: number;
}

/** Over how many points a strength smooths: 1 at 0, 1000 at 1, evenly on a logarithmic scale. */
export function spanOf(strength: number): number {
  return 10 ** (3 * Math.min(1, Math.max(0, strength)));
}

/** Weight of the past in the exponential mean that spans as many points: 0.9 for ten. */
export function weightOf(strength: number): number {
  return 1 - 1 / spanOf(strength);
}

/** Smooths a growing column piece by piece; every piece gives what smoothing the whole at once would. */
export interface Smoother {
  /** Writes rows `from` to `to` of `smoothed`; earlier rows were written by earlier calls. */
  extend(raw: ArrayLike<number>, smoothed: Float32Array, from: number, to: number): void;
}

export function createSmoother({ kind, strength }: Smoothing): Smoother {
  return kind === 'window'
    ? new WindowSmoother(Math.round(spanOf(strength)))
    : new ExponentialSmoother(weightOf(strength));
}

/**
 * Exponential moving mean, corrected for its start (as Adam's moments are, Kingma & Ba 2015): the first points are not
 * drawn towards 0. Missing and infinite values stay gaps and do not enter the mean.
 */
class ExponentialSmoother implements Smoother {
  readonly #weight: number;
  #mean = 0;
  /** Sum of the weights in `#mean`: 1 - weight ** points. */
  #total = 0;

  constructor(weight: number) {
    this.#weight = weight;
  }

  extend(raw: ArrayLike<number>, smoothed: Float32Array, from: number, to: number): void {
    const weight = this.#weight;
    let mean = this.#mean;
    let total = this.#total;
    for (let i = from; i < to; i++) {
      const value = raw[i] as number;
      // Only a finite number minus itself is 0.
      if (value - value === 0) {
        mean = weight * mean + (1 - weight) * value;
        total = weight * total + (1 - weight);
        smoothed[i] = mean / total;
      } else smoothed[i] = Number.NaN;
    }
    this.#mean = mean;
    this.#total = total;
  }
}

/** Mean of the last `span` points, or of all there are; missing and infinite values stay gaps and do not enter. */
class WindowSmoother implements Smoother {
  readonly #span: number;
  #sum = 0;
  #count = 0;

  constructor(span: number) {
    this.#span = Math.max(1, span);
  }

  extend(raw: ArrayLike<number>, smoothed: Float32Array, from: number, to: number): void {
    for (let i = from; i < to; i++) {
      // Adding and taking away would let rounding, and one huge value, spoil the sum for ever: it is made anew once a span.
      if (i % this.#span === 0) this.#recompute(raw, i);
      else this.#take(raw[i - this.#span] as number, -1);
      const value = raw[i] as number;
      if (i % this.#span !== 0) this.#take(value, 1);
      smoothed[i] = value - value === 0 ? this.#sum / this.#count : Number.NaN;
    }
  }

  #take(value: number, sign: 1 | -1): void {
    if (value - value !== 0) return;
    this.#sum += sign * value;
    this.#count += sign;
  }

  #recompute(raw: ArrayLike<number>, last: number): void {
    this.#sum = 0;
    this.#count = 0;
    for (let i = Math.max(0, last - this.#span + 1); i <= last; i++) this.#take(raw[i] as number, 1);
  }
}
