import type { Theme } from '../shared/theme';
import { fontSize, label, type Size } from './drawing';

/** Pixels of a file for one of the drawing. */
const density = 2;

/** What `paint` draws, on the theme's background, as a PNG. */
export async function savePng(
  size: Size,
  theme: Theme,
  paint: (context: CanvasRenderingContext2D, size: Size) => void,
): Promise<Uint8Array> {
  const sheet = document.createElement('canvas');
  sheet.width = size.width * density;
  sheet.height = size.height * density;
  const context = sheet.getContext('2d');
  if (!context) throw new Error('The browser has no canvas to draw the picture on.');
  context.scale(density, density);
  context.fillStyle = theme.background;
  context.fillRect(0, 0, size.width, size.height);
  paint(context, size);
  const blob = await new Promise<Blob | null>(resolve => sheet.toBlob(resolve, 'image/png'));
  if (!blob) throw new Error('The browser could not make a PNG of the picture.');
  return new Uint8Array(await blob.arrayBuffer());
}

/** Draws at another place, as if it were the whole canvas. */
export function within(
  context: CanvasRenderingContext2D,
  left: number,
  top: number,
  paint: (context: CanvasRenderingContext2D) => void,
): void {
  context.save();
  context.translate(left, top);
  paint(context);
  context.restore();
}

const lineHeight = 15;

/** A text in lines no longer than the width. */
export function paragraph(
  context: CanvasRenderingContext2D,
  text: string,
  theme: Theme,
  { left, top, width }: { readonly left: number; readonly top: number; readonly width: number },
): void {
  context.font = `${fontSize}px ${theme.fontFamily}`;
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const longer = lines.length === 0 ? word : `${lines.at(-1)} ${word}`;
    if (lines.length > 0 && context.measureText(longer).width <= width) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  for (const [i, line] of lines.entries()) {
    label(context, line, left, top + i * lineHeight, theme, { align: 'left', baseline: 'top' });
  }
}
