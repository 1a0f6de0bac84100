import { uniforms } from '../random/draws';
import { derive, type Key } from '../random/key';

/** Random changes of training images that keep the label. */
export interface Augmentation {
  /** Black pixels added on every side before a random crop to the old size; 0 for no crop. torchvision RandomCrop(size, padding). */
  readonly cropPadding: number;
  /** Mirror left to right with probability 1/2. torchvision RandomHorizontalFlip. */
  readonly flip: boolean;
  /** Side of the square that is blackened around a random pixel; 0 for none. DeVries and Taylor 2017. */
  readonly cutout: number;
}

/** How one image is placed: shifted by whole pixels, then mirrored. */
export interface Placement {
  /** Pixel (y, x) of the crop is pixel (y + down, x + right) of the image, or black outside it. In -padding..padding. */
  readonly down: number;
  readonly right: number;
  readonly flipped: boolean;
}

/** A rectangle of pixels, the ends not included. */
export interface Hole {
  readonly top: number;
  readonly bottom: number;
  readonly left: number;
  readonly right: number;
}

/** The placement of the image that `key` belongs to; one draw for each choice, so that one option does not move another. */
export function drawPlacement({ cropPadding, flip }: Augmentation, key: Key): Placement {
  const [vertical = 0, horizontal = 0, mirror = 0] = uniforms(key, 3);
  const offset = (draw: number): number => Math.floor(draw * (2 * cropPadding + 1)) - cropPadding;
  return { down: offset(vertical), right: offset(horizontal), flipped: flip && mirror < 0.5 };
}

/**
 * Writes one placed image to `target`, which must hold zeros. `source`, `target`: [height, width, channels].
 * `values`: the 256 floats that stand for a byte.
 */
export function cropAndFlip(
  source: Uint8Array,
  target: Float32Array,
  { height, width, channels }: { readonly height: number; readonly width: number; readonly channels: number },
  { down, right, flipped }: Placement,
  values: Float32Array,
): void {
  const firstRow = Math.max(0, -down);
  const endRow = Math.min(height, height - down);
  const firstColumn = Math.max(0, -right);
  const columns = Math.min(width, width - right) - firstColumn;
  const step = flipped ? -channels : channels;
  for (let y = firstRow; y < endRow; y++) {
    const rowFrom = ((y + down) * width + firstColumn + right) * channels;
    const rowTo = (y * width + (flipped ? width - 1 - firstColumn : firstColumn)) * channels;
    // A channel at a time: a loop over the few channels of each pixel takes three times as long.
    for (let c = 0; c < channels; c++) {
      for (let x = 0, from = rowFrom + c, to = rowTo + c; x < columns; x++, from += channels, to += step) {
        target[to] = values[source[from] ?? 0] ?? 0;
      }
    }
  }
}

/**
 * The hole of the image that `key` belongs to: a square of side `cutout` around a pixel of the image that is drawn uniformly,
 * cut off at the image's edges. Its key is its own, so that it does not move the placement.
 */
export function drawHole(
  { cutout }: Augmentation,
  { height, width }: { readonly height: number; readonly width: number },
  key: Key,
): Hole {
  const [vertical = 0, horizontal = 0] = uniforms(derive(key, 'cutout'), 2);
  const top = Math.floor(vertical * height) - (cutout >> 1);
  const left = Math.floor(horizontal * width) - (cutout >> 1);
  return {
    top: Math.max(0, top),
    bottom: Math.min(height, top + cutout),
    left: Math.max(0, left),
    right: Math.min(width, left + cutout),
  };
}

/** Blackens the hole of one image [height, width, channels]. */
export function cutHole(
  target: Float32Array,
  { width, channels }: { readonly width: number; readonly channels: number },
  { top, bottom, left, right }: Hole,
): void {
  for (let y = top; y < bottom; y++) {
    target.fill(0, (y * width + left) * channels, (y * width + right) * channels);
  }
}
