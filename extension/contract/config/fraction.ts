/** A number, or one written as a quotient of two plain decimals, the way epsilon is usually quoted: "8/255". */
export type Fraction = number | `${number}/${number}`;

const decimal = '\\d+(?:\\.\\d+)?';
/** A decimal with at least one digit that is not zero. */
const positiveDecimal = `(?=[\\d.]*[1-9])${decimal}`;

/** Written fractions of any value from 0; a zero denominator does not match. */
export const fractionPattern = `^\\s*${decimal}\\s*/\\s*${positiveDecimal}\\s*$`;

/** Written fractions greater than 0. */
export const positiveFractionPattern = `^\\s*${positiveDecimal}\\s*/\\s*${positiveDecimal}\\s*$`;

const written = new RegExp(fractionPattern);

/**
 * The number a fraction stands for: "8/255" -> 8 / 255; numbers are returned as they are.
 * Spaces around "/" are allowed.
 * @throws Error for text that is not a fraction, and for a zero denominator.
 */
export function parseFraction(fraction: Fraction | string): number {
  if (typeof fraction === 'number') return fraction;
  if (!written.test(fraction)) {
    throw new Error(
      `found ${JSON.stringify(fraction)}; expected a number or a fraction such as "8/255", with a denominator other than 0.`,
    );
  }
  const [numerator, denominator] = fraction.split('/');
  return Number(numerator) / Number(denominator);
}
