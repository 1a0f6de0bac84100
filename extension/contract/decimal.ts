const zero = 48;
const nine = 57;
const dot = 46;
const minus = 45;
const plus = 43;
const upperE = 69;
const lowerE = 101;

const powersOfTen = Float64Array.from({ length: 23 }, (_, power) => Number(`1e${power}`));

/** Digits that a small integer holds, and those that two of them make: the latter are exact in a double. */
const wordDigits = 9;
const exactDigits = 15;

/** More than the relative error of a mantissa cut to 15 digits (1e-14), with that of a product or quotient (2e-16). */
const relativeError = 1.1e-14;

/** Reads decimal numbers out of bytes. It keeps what it read last in its fields: no number costs an object. */
export class DecimalReader {
  /** The number, to 15 digits. */
  value = Number.NaN;
  /** Whether `value` is the very double that the digits mean. */
  isExact = false;

  /**
   * Reads the number that begins at `start`, of bytes that go on after it.
   * @returns index after the number; -1 where there is no number as JSON writes it
   */
  read(bytes: Uint8Array, start: number): number {
    let at = start;
    let byte = bytes[at] as number;
    const isNegative = byte === minus;
    if (isNegative) byte = bytes[++at] as number;
    const first = at;
    // Arithmetic on small integers is several times faster than on doubles: the digits are gathered in two of them.
    let high = 0;
    let low = 0;
    let lowScale = 0;
    let scale = 0;
    let digits = 0;
    let isCut = false;
    let point = -1;
    for (; ; byte = bytes[++at] as number) {
      if (byte >= zero && byte <= nine) {
        if (digits < wordDigits) {
          high = high * 10 + (byte - zero);
          if (high !== 0) digits += 1;
          if (point >= 0) scale -= 1;
        } else if (digits < exactDigits) {
          low = low * 10 + (byte - zero);
          lowScale += 1;
          digits += 1;
          if (point >= 0) scale -= 1;
        } else {
          isCut = true;
          if (point < 0) scale += 1;
        }
      } else if (byte === dot && point < 0) point = at;
      else break;
    }
    const whole = (point < 0 ? at : point) - first;
    // JSON has no number without digits on both sides of a point, and no leading zeros.
    if (whole === 0 || at === point + 1 || (whole > 1 && bytes[first] === zero)) return -1;
    if (byte === lowerE || byte === upperE) {
      byte = bytes[++at] as number;
      const isBelow = byte === minus;
      if (byte === minus || byte === plus) byte = bytes[++at] as number;
      const begin = at;
      let exponent = 0;
      for (; byte >= zero && byte <= nine && exponent < 1000; byte = bytes[++at] as number) {
        exponent = exponent * 10 + (byte - zero);
      }
      if (at === begin || (byte >= zero && byte <= nine)) return -1;
      scale += isBelow ? -exponent : exponent;
    }
    const mantissa = lowScale === 0 ? high : high * (powersOfTen[lowScale] as number) + low;
    const power = powersOfTen[scale < 0 ? -scale : scale];
    // Beyond the exact powers of ten the language's own conversion is asked.
    if (power === undefined) this.value = Number(text(bytes, start, at));
    else {
      const size = scale < 0 ? mantissa / power : mantissa * power;
      this.value = isNegative ? -size : size;
    }
    this.isExact = power === undefined || !isCut;
    return at;
  }

  /** The number read last, from `start` to `end`: the float32 nearest to the double that its digits mean. */
  float32(bytes: Uint8Array, start: number, end: number): number {
    const { value } = this;
    if (this.isExact) return value;
    const low = Math.fround(value * (1 - relativeError));
    if (low === Math.fround(value * (1 + relativeError))) return low;
    // So near the middle between two neighbours that the digits cut off decide.
    return Number(text(bytes, start, end));
  }
}

function text(bytes: Uint8Array, start: number, end: number): string {
  return String.fromCharCode(...bytes.subarray(start, end));
}
