import { type Operation, partsOfPass, shareOf } from '../operation';

type Rows = Readonly<Record<'rows' | 'channels', number>>;

/** y[rows][channels] = max(x scale + shift, 0): batch norm followed by ReLU, once its scale and shift are known. */
export const scaleShiftRelu: Operation<'x' | 'scale' | 'shift' | 'y' | 'rows' | 'channels'> = {
  name: 'scaleShiftRelu',
  fields: ['x', 'scale', 'shift', 'y', 'rows', 'channels'],
  parts: partsOfRows,
  run(kernels, { x, scale, shift, y, rows, channels }, part) {
    const [first, end] = shareOf(rows, part, partsOfRows({ rows, channels }));
    const start = 4 * first * channels;
    kernels.scaleShiftRelu(x + start, scale, shift, y + start, end - first, channels);
  },
  cost: ({ rows, channels }) => ({ flops: 2 * rows * channels, bytes: 8 * rows * channels }),
  sample: { x: 4096, scale: 65536, shift: 66560, y: 131072, rows: 13, channels: 29 },
};

/** y[rows][channels] = max(x + bias, 0). */
export const biasRelu: Operation<'x' | 'bias' | 'y' | 'rows' | 'channels'> = {
  name: 'biasRelu',
  fields: ['x', 'bias', 'y', 'rows', 'channels'],
  parts: partsOfRows,
  run(kernels, { x, bias, y, rows, channels }, part) {
    const [first, end] = shareOf(rows, part, partsOfRows({ rows, channels }));
    const start = 4 * first * channels;
    kernels.biasRelu(x + start, bias, y + start, end - first, channels);
  },
  cost: ({ rows, channels }) => ({ flops: rows * channels, bytes: 8 * rows * channels }),
  sample: { x: 4096, bias: 65536, y: 131072, rows: 13, channels: 29 },
};

/** dx = scale dy where y > 0, else 0. */
export const scaleReluGradient: Operation<'dy' | 'y' | 'scale' | 'dx' | 'rows' | 'channels'> = {
  name: 'scaleReluGradient',
  fields: ['dy', 'y', 'scale', 'dx', 'rows', 'channels'],
  parts: partsOfRows,
  run(kernels, { dy, y, scale, dx, rows, channels }, part) {
    const [first, end] = shareOf(rows, part, partsOfRows({ rows, channels }));
    const start = 4 * first * channels;
    kernels.scaleReluGradient(dy + start, y + start, scale, dx + start, end - first, channels);
  },
  cost: ({ rows, channels }) => ({ flops: rows * channels, bytes: 12 * rows * channels }),
  sample: { dy: 4096, y: 32768, scale: 65536, dx: 131072, rows: 13, channels: 29 },
};

/** moments[chunks][2][channels]: sums and squared distances from the chunk's mean, of chunks of `chunk` rows of x. */
export const channelMoments: Operation<'x' | 'moments' | 'rows' | 'channels' | 'chunk'> = {
  name: 'channelMoments',
  fields: ['x', 'moments', 'rows', 'channels', 'chunk'],
  parts: ({ rows, chunk }) => Math.ceil(rows / chunk),
  run(kernels, { x, moments, rows, channels, chunk }, part) {
    const first = part * chunk;
    const result = moments + 8 * part * channels;
    kernels.channelMoments(x + 4 * first * channels, result, Math.min(chunk, rows - first), channels);
  },
  cost: ({ rows, channels }) => ({ flops: 4 * rows * channels, bytes: 4 * rows * channels }),
  sample: { x: 4096, moments: 131072, rows: 53, channels: 29, chunk: 16 },
};

/** Mean and biased variance of all rows from the moments of their chunks. */
export const joinMoments: Operation<'moments' | 'rows' | 'channels' | 'chunk' | 'mean' | 'variance'> = {
  name: 'joinMoments',
  fields: ['moments', 'rows', 'channels', 'chunk', 'mean', 'variance'],
  parts: () => 1,
  run: (kernels, { moments, rows, channels, chunk, mean, variance }) =>
    kernels.joinMoments(moments, rows, chunk, channels, mean, variance),
  cost: ({ rows, channels, chunk }) => {
    const numbers = 2 * Math.ceil(rows / chunk) * channels;
    return { flops: 4 * numbers, bytes: 4 * numbers };
  },
  sample: { moments: 4096, rows: 53, channels: 29, chunk: 16, mean: 65536, variance: 66560 },
};

/** sums[chunks][2][channels]: sums of the activation's gradient g, and of g (x - mean), over chunks of rows. */
export const batchNormGradientSums: Operation<
  'x' | 'dy' | 'scale' | 'shift' | 'mean' | 'sums' | 'rows' | 'channels' | 'chunk'
> = {
  name: 'batchNormGradientSums',
  fields: ['x', 'dy', 'scale', 'shift', 'mean', 'sums', 'rows', 'channels', 'chunk'],
  parts: ({ rows, chunk }) => Math.ceil(rows / chunk),
  run(kernels, { x, dy, scale, shift, mean, sums, rows, channels, chunk }, part) {
    const first = part * chunk;
    const start = 4 * first * channels;
    kernels.batchNormGradientSums(
      x + start,
      dy + start,
      scale,
      shift,
      mean,
      sums + 8 * part * channels,
      Math.min(chunk, rows - first),
      channels,
    );
  },
  cost: ({ rows, channels }) => ({ flops: 6 * rows * channels, bytes: 8 * rows * channels }),
  sample: {
    x: 4096,
    dy: 32768,
    scale: 65536,
    shift: 66560,
    mean: 67584,
    sums: 131072,
    rows: 53,
    channels: 29,
    chunk: 16,
  },
};

/** dx = scale g + slope x + offset, with g the activation's gradient. */
export const batchNormGradient: Operation<
  'x' | 'dy' | 'scale' | 'shift' | 'slope' | 'offset' | 'dx' | 'rows' | 'channels'
> = {
  name: 'batchNormGradient',
  fields: ['x', 'dy', 'scale', 'shift', 'slope', 'offset', 'dx', 'rows', 'channels'],
  parts: partsOfRows,
  run(kernels, { x, dy, scale, shift, slope, offset, dx, rows, channels }, part) {
    const [first, end] = shareOf(rows, part, partsOfRows({ rows, channels }));
    const start = 4 * first * channels;
    kernels.batchNormGradient(
      x + start,
      dy + start,
      scale,
      shift,
      slope,
      offset,
      dx + start,
      end - first,
      channels,
    );
  },
  cost: ({ rows, channels }) => ({ flops: 6 * rows * channels, bytes: 12 * rows * channels }),
  sample: {
    x: 4096,
    dy: 32768,
    scale: 65536,
    shift: 66560,
    slope: 67584,
    offset: 68608,
    dx: 131072,
    rows: 13,
    channels: 29,
  },
};

/** Rows of a chunk for sums over all rows: what stays in the second-level cache, and not too many chunks. */
export const chunkRows = ({ rows, channels }: Rows): number =>
  Math.max(8, Math.floor(16384 / channels), Math.ceil(rows / 2048));

function partsOfRows({ rows, channels }: Rows): number {
  return Math.min(partsOfPass(rows * channels), rows);
}
