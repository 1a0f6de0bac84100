import type { DecodedImage } from './decodedImage';

/** Which source pixels make one target pixel, and in what shares. */
interface Share {
  readonly first: number;
  readonly weights: Float64Array;
}

/**
 * Scales an image with the triangle filter of PIL's BILINEAR: interpolation when enlarging, and when shrinking a weighted
 * mean over all the pixels that a target pixel covers. Both passes in floating point, rounded once.
 */
export function resize(image: DecodedImage, width: number, height: number): DecodedImage {
  if (image.width === width && image.height === height) return image;
  const { channels } = image;
  const across = new Float64Array(image.height * width * channels);
  // Along a row, neighbouring pixels are `channels` values apart; along a column, a row.
  const columns = sharesOf(image.width, width);
  for (let y = 0; y < image.height; y++) {
    const from = y * image.width * channels;
    for (let c = 0; c < channels; c++) {
      mix(columns, image.data, from + c, channels, across, y * width * channels + c, channels);
    }
  }
  const rows = sharesOf(image.height, height);
  const rowLength = width * channels;
  const down = new Float64Array(height * rowLength);
  for (let at = 0; at < rowLength; at++) mix(rows, across, at, rowLength, down, at, rowLength);
  return { width, height, channels, data: Uint8Array.from(down, value => Math.floor(value + 0.5)) };
}

/** One line of values made of another: value i of the target is the mean of its share of the source. */
function mix(
  shares: readonly Share[],
  source: ArrayLike<number>,
  sourceStart: number,
  sourceStride: number,
  target: Float64Array,
  targetStart: number,
  targetStride: number,
): void {
  for (let i = 0; i < shares.length; i++) {
    const share = shares[i];
    if (share === undefined) return;
    const { first, weights } = share;
    let sum = 0;
    for (let k = 0; k < weights.length; k++) {
      sum += (weights[k] ?? 0) * (source[sourceStart + (first + k) * sourceStride] ?? 0);
    }
    target[targetStart + i * targetStride] = sum;
  }
}

function sharesOf(source: number, target: number): Share[] {
  const scale = source / target;
  const support = Math.max(1, scale);
  return Array.from({ length: target }, (_, place) => {
    const centre = (place + 0.5) * scale;
    const first = Math.max(0, Math.floor(centre - support + 0.5));
    const end = Math.min(source, Math.floor(centre + support + 0.5));
    const weights = Float64Array.from({ length: end - first }, (_unused, i) =>
      Math.max(0, 1 - Math.abs((first + i + 0.5 - centre) / support)),
    );
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    return { first, weights: weights.map(weight => weight / total) };
  });
}

/** The middle of an image, of `side` pixels each way. torchvision CenterCrop. */
export function cropCentre(image: DecodedImage, side: number): DecodedImage {
  const { width, height, channels } = image;
  if (width === side && height === side) return image;
  // Python rounds halves to even numbers, and so does torchvision here.
  const left = roundHalfToEven((width - side) / 2);
  const top = roundHalfToEven((height - side) / 2);
  const data = new Uint8Array(side * side * channels);
  for (let y = 0; y < side; y++) {
    const from = ((top + y) * width + left) * channels;
    data.set(image.data.subarray(from, from + side * channels), y * side * channels);
  }
  return { width: side, height: side, channels, data };
}

function roundHalfToEven(value: number): number {
  const below = Math.floor(value);
  return value - below === 0.5 ? below + (below % 2) : Math.round(value);
}

/** Brings an image to a square. `crop`: the shorter side is scaled to `side`, then the middle is cut out. */
export function fitSquare(image: DecodedImage, side: number, fit: 'crop' | 'stretch'): DecodedImage {
  if (fit === 'stretch') return resize(image, side, side);
  const { width, height } = image;
  const scaled =
    width <= height
      ? resize(image, side, Math.floor((side * height) / width))
      : resize(image, Math.floor((side * width) / height), side);
  return cropCentre(scaled, side);
}
