/**
 * Viridis at eleven places: even steps of loss look even, with any of the common colour deficiencies and in grey.
 * Source: Smith and van der Walt, matplotlib 2015.
 */
const viridis = [
  [68, 1, 84],
  [72, 36, 117],
  [65, 68, 135],
  [53, 95, 141],
  [42, 120, 142],
  [33, 145, 140],
  [34, 168, 132],
  [68, 191, 112],
  [122, 209, 81],
  [189, 223, 38],
  [253, 231, 37],
] as const;

export type Rgb = readonly [red: number, green: number, blue: number];

/** The colour of a place from 0 to 1. */
export function colorAt(share: number): Rgb {
  const at = Math.min(1, Math.max(0, share)) * (viridis.length - 1);
  const i = Math.min(Math.floor(at), viridis.length - 2);
  const [low, high] = [viridis[i], viridis[i + 1]];
  if (!low || !high) return viridis[0];
  const mix = (a: number, b: number) => Math.round(a + (at - i) * (b - a));
  return [mix(low[0], high[0]), mix(low[1], high[1]), mix(low[2], high[2])];
}

export function cssColor([red, green, blue]: Rgb): string {
  return `rgb(${red}, ${green}, ${blue})`;
}

/** Black or white, whichever is better seen on a colour. */
export function inkOn([red, green, blue]: Rgb): string {
  return 0.299 * red + 0.587 * green + 0.114 * blue > 140 ? '#000000' : '#ffffff';
}
