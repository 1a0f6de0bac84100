import type { Theme } from './theme';

/**
 * Hues of Okabe and Ito (2008), which people with any of the common colour deficiencies tell apart, lighter on dark themes
 * and darker on light ones so that each has a contrast of at least 3 against the background.
 */
const hues = {
  blue: { light: '#0067A5', dark: '#5DB7F0' },
  vermillion: { light: '#C94F00', dark: '#FF8A4C' },
  green: { light: '#00805E', dark: '#2FCB9F' },
  purple: { light: '#A3478A', dark: '#E39BC7' },
  orange: { light: '#A86E00', dark: '#F0B83C' },
  sky: { light: '#2783B5', dark: '#9AD8FA' },
  olive: { light: '#6F7000', dark: '#E8E36A' },
  grey: { light: '#666666', dark: '#A8A8A8' },
} as const;

export type Hue = keyof typeof hues | 'foreground';

/** Hues for things of one kind, such as runs, in the order they are given out. */
export const hueOrder: readonly Hue[] = [
  'blue',
  'vermillion',
  'green',
  'purple',
  'orange',
  'sky',
  'olive',
  'grey',
];

/** Dashes that tell series apart without colour, for when the hues have all been given out. */
export const dashOrder: readonly (readonly number[])[] = [[], [7, 4], [2, 3], [9, 3, 2, 3]];

export function colorOf(hue: Hue, theme: Theme): string {
  if (hue === 'foreground') return theme.foreground;
  return hues[hue][theme.kind === 'light' || theme.kind === 'highContrastLight' ? 'light' : 'dark'];
}
