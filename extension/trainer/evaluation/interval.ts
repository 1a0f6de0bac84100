/** The normal distribution's 97.5 % quantile. */
const quantile = 1.959963984540054;

/**
 * 95 % Wilson score interval of a proportion: unlike the normal approximation it stays in [0, 1] and has a width where all
 * or none are correct. Source: Wilson 1927.
 */
export function wilsonInterval(correct: number, examples: number): readonly [low: number, high: number] {
  if (examples === 0) return [0, 1];
  const p = correct / examples;
  const z2 = quantile ** 2;
  const centre = (p + z2 / (2 * examples)) / (1 + z2 / examples);
  const half =
    (quantile / (1 + z2 / examples)) * Math.sqrt((p * (1 - p)) / examples + z2 / (4 * examples ** 2));
  return [
    correct === 0 ? 0 : Math.max(0, centre - half),
    correct === examples ? 1 : Math.min(1, centre + half),
  ];
}
