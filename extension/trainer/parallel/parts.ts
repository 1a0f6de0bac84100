import type { BatchPart } from '../step/draws';

/** Divides `examples` into `parts` runs of neighbours whose lengths differ by one at most, the longer ones first. */
export function evenParts(examples: number, parts: number): BatchPart[] {
  const least = Math.floor(examples / parts);
  const longer = examples % parts;
  return Array.from({ length: parts }, (_, i) => ({
    first: i * least + Math.min(i, longer),
    examples: least + (i < longer ? 1 : 0),
  }));
}

/** How much each part's mean counts in the mean over all; they add up to 1. */
export function weightsOf(parts: readonly BatchPart[]): number[] {
  const all = parts.reduce((total, { examples }) => total + examples, 0);
  return parts.map(({ examples }) => examples / all);
}
