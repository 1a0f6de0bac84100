import { Decimation } from './decimation';
import { Pyramid } from './pyramid';
import { createSmoother, type Smoother, type Smoothing } from './smoothing';

/** A growing column of figures with the columns it can be drawn over. */
export interface CurveSource {
  readonly rows: number;
  readonly step: Float64Array;
  readonly seconds: Float64Array;
  /** One value a row; undefined while there is none. */
  values(): Float32Array | undefined;
}

/** What is drawn of a curve: values with the means to draw them quickly. */
export interface Layer {
  readonly values: Float32Array;
  readonly pyramid: Pyramid;
  readonly decimation: Decimation;
}

const manyRows = 50_000;

const nothing = new Float32Array(0);

/** One figure over the course of a run, raw and smoothed, kept up to date at the cost of the new rows only. */
export class Curve {
  readonly source: CurveSource;
  readonly #rawPyramid = new Pyramid();
  readonly #rawDecimation = new Decimation();
  #smoothing: Smoothing | undefined;
  #smoother: Smoother | undefined;
  #smoothed = nothing;
  #smoothedRows = 0;
  #smoothedPyramid = new Pyramid();
  #smoothedDecimation = new Decimation();

  constructor(source: CurveSource) {
    this.source = source;
  }

  raw(): Layer {
    const values = this.source.values() ?? nothing;
    this.#rawPyramid.extend(values, values.length);
    return { values, pyramid: this.#rawPyramid, decimation: this.#rawDecimation };
  }

  /** The raw column smoothed, before any decimation. */
  smoothed(smoothing: Smoothing): Layer {
    if (smoothing.strength <= 0) return this.raw();
    if (!this.#hasSmoothed(smoothing)) {
      this.#smoothing = smoothing;
      this.#smoother = createSmoother(smoothing);
      this.#smoothedRows = 0;
      this.#smoothedPyramid = new Pyramid();
      this.#smoothedDecimation = new Decimation();
    }
    const raw = this.source.values() ?? nothing;
    if (raw.length > this.#smoothed.length) {
      const larger = new Float32Array(Math.ceil(raw.length * 1.5));
      larger.set(this.#smoothed);
      this.#smoothed = larger;
    }
    this.#smoother?.extend(raw, this.#smoothed, this.#smoothedRows, raw.length);
    this.#smoothedRows = raw.length;
    this.#smoothedPyramid.extend(this.#smoothed, raw.length);
    return {
      values: this.#smoothed.subarray(0, raw.length),
      pyramid: this.#smoothedPyramid,
      decimation: this.#smoothedDecimation,
    };
  }

  /** Whether smoothing so means going through all rows, and they are so many that it takes milliseconds. */
  isLongWork(smoothing: Smoothing): boolean {
    return smoothing.strength > 0 && this.source.rows > manyRows && !this.#hasSmoothed(smoothing);
  }

  #hasSmoothed({ kind, strength }: Smoothing): boolean {
    return kind === this.#smoothing?.kind && strength === this.#smoothing.strength;
  }
}
