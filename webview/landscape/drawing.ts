import type { Theme } from '../shared/theme';
import type { ValueScale } from './valueScale';

export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface Box extends Size {
  readonly left: number;
  readonly top: number;
}

/** What a surface is drawn with. */
export interface Look {
  readonly scale: ValueScale;
  /** Losses on which contour lines stand. */
  readonly levels: readonly number[];
  readonly theme: Theme;
}

export const fontSize = 11;

export const isDark = ({ kind }: Theme): boolean => kind === 'dark' || kind === 'highContrast';

/** A text in the theme's font; `align` and `baseline` say which part of it stands at the place. */
export function label(
  context: CanvasRenderingContext2D,
  text: string,
  x: number,
  y: number,
  theme: Theme,
  {
    align = 'center',
    baseline = 'middle',
    color = theme.description,
    weight = 'normal',
    size = fontSize,
  }: {
    readonly align?: CanvasTextAlign;
    readonly baseline?: CanvasTextBaseline;
    readonly color?: string;
    readonly weight?: 'normal' | '600';
    readonly size?: number;
  } = {},
): void {
  context.font = `${weight} ${size}px ${theme.fontFamily}`;
  context.textAlign = align;
  context.textBaseline = baseline;
  context.fillStyle = color;
  context.fillText(text, x, y);
}

/** A tick in as few characters as do: "0.05", "1", "2.5k". */
export function shortNumber(value: number): string {
  const size = Math.abs(value);
  if (size !== 0 && size < 1e-3) return value.toExponential(0).replace('e-', 'e−').replace(/^-/, '−');
  const text =
    size >= 10_000 ? `${Number((value / 1000).toPrecision(3))}k` : String(Number(value.toPrecision(3)));
  return text.replace(/^-/, '−');
}
