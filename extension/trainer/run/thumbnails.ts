import { encode } from 'fast-png';

/** Float images in [0, 1], [count, height, width, channels]; one channel is drawn grey, three as red, green, blue. */
export interface ThumbnailImages {
  readonly clean: Float32Array;
  readonly adversarial: Float32Array;
  readonly count: number;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  /** Largest change of a pixel: drawn black or white in the perturbation's row. */
  readonly epsilon: number;
}

export interface Thumbnails {
  readonly png: Uint8Array;
  /** Side of one thumbnail in pixels. */
  readonly cell: number;
  /** The perturbation's row shows grey 0.5 + perturbation * amplification. */
  readonly amplification: number;
}

const smallestCell = 56;

/** Transparent pixels between thumbnails: cell (row, column) begins at pixel ((cell + gap) * row, (cell + gap) * column). */
export const thumbnailGap = 2;

/**
 * Draws one column an example, with rows clean, perturbation, adversarial. Images are enlarged by a whole factor, so that
 * each of their pixels stays a square; an image that is not square is centred in its cell.
 * The same images always give the same bytes. Throws RangeError when the arrays do not have the shape told.
 */
export function drawThumbnails(examples: ThumbnailImages): Thumbnails {
  const { clean, adversarial, count, height, width, channels, epsilon } = examples;
  const length = count * height * width * channels;
  if (length === 0 || clean.length !== length || adversarial.length !== length) {
    throw new RangeError(
      `Thumbnails of ${count} x ${height} x ${width} x ${channels} need two arrays of ${length} values (at least 1), ` +
        `got ${clean.length} and ${adversarial.length}.`,
    );
  }
  const amplification = epsilon > 0 ? 0.5 / epsilon : 1;
  const perturbation = adversarial.map((value, i) => 0.5 + (value - (clean[i] ?? 0)) * amplification);

  const scale = Math.ceil(smallestCell / Math.max(height, width));
  const cell = scale * Math.max(height, width);
  const sheetWidth = count * (cell + thumbnailGap) - thumbnailGap;
  const sheetHeight = 3 * (cell + thumbnailGap) - thumbnailGap;
  // Clamps to 0..255 and rounds; what is never written stays transparent.
  const pixels = new Uint8ClampedArray(sheetWidth * sheetHeight * 4);

  const marginX = (cell - width * scale) >> 1;
  const marginY = (cell - height * scale) >> 1;
  for (const [row, images] of [clean, perturbation, adversarial].entries()) {
    const top = row * (cell + thumbnailGap) + marginY;
    for (let example = 0; example < count; example++) {
      const left = example * (cell + thumbnailGap) + marginX;
      for (let y = 0; y < height * scale; y++) {
        for (let x = 0; x < width * scale; x++) {
          const pixel = (example * height + Math.floor(y / scale)) * width + Math.floor(x / scale);
          const to = ((top + y) * sheetWidth + left + x) * 4;
          for (let c = 0; c < 3; c++) {
            const value = images[pixel * channels + (channels < 3 ? 0 : c)] ?? 0;
            pixels[to + c] = value * 255;
          }
          pixels[to + 3] = 255;
        }
      }
    }
  }
  const png = encode({ width: sheetWidth, height: sheetHeight, data: pixels, channels: 4, depth: 8 });
  return { png, cell, amplification };
}
