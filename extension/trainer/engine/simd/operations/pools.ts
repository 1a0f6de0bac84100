import { maximumParts, type Operation, shareOf } from '../operation';

/** A window moved over images without padding. */
const poolFields = [
  'batch',
  'height',
  'width',
  'channels',
  'outHeight',
  'outWidth',
  'windowHeight',
  'windowWidth',
  'strideHeight',
  'strideWidth',
] as const;
export type PoolField = (typeof poolFields)[number];
type Pool = Readonly<Record<PoolField, number>>;

type PoolOperation = Operation<PoolField | 'images' | 'result'>;

export const maxPool: PoolOperation = poolWith('maxPool');
export const averagePool: PoolOperation = poolWith('averagePool');

export const maxPoolGradient: Operation<PoolField | 'images' | 'gradient' | 'imagesGradient'> = {
  name: 'maxPoolGradient',
  fields: [...poolFields, 'images', 'gradient', 'imagesGradient'],
  parts: partsOf,
  run(kernels, args, part) {
    const [first, end] = outputsOf(args, part);
    const { images, gradient, imagesGradient, ...pool } = args;
    if (!isTiledByTwo(pool)) kernels.fillBits(...imagesOf(args, part, imagesGradient), 0);
    if (isOfTwo(pool)) {
      const { height, width, channels, outHeight, outWidth } = pool;
      const shape = [height, width, channels, outHeight, outWidth] as const;
      kernels.maxPool2Gradient(images, ...shape, first, end - first, gradient, imagesGradient);
      return;
    }
    kernels.maxPoolGradient(images, ...shapeOf(pool), first, end - first, gradient, imagesGradient);
  },
  cost: costOf,
  sample: sampleWith({ images: 4096, gradient: 65536, imagesGradient: 131072 }),
  moreSamples: [sampleOfTwo({ images: 4096, gradient: 65536, imagesGradient: 131072 })],
};

export const averagePoolGradient: Operation<PoolField | 'gradient' | 'imagesGradient'> = {
  name: 'averagePoolGradient',
  fields: [...poolFields, 'gradient', 'imagesGradient'],
  parts: partsOf,
  run(kernels, args, part) {
    const [first, end] = outputsOf(args, part);
    const { gradient, imagesGradient, ...pool } = args;
    kernels.fillBits(...imagesOf(args, part, imagesGradient), 0);
    kernels.averagePoolGradient(imagesGradient, ...shapeOf(pool), first, end - first, gradient);
  },
  cost: costOf,
  sample: sampleWith({ gradient: 65536, imagesGradient: 131072 }),
};

/** result = max(largest of 2 x 2 + bias, 0). */
export const biasReluPool: Operation<PoolField | 'images' | 'bias' | 'result'> = {
  name: 'biasReluPool',
  fields: [...poolFields, 'images', 'bias', 'result'],
  parts: partsOf,
  run(kernels, args, part) {
    const [first, end] = outputsOf(args, part);
    const { images, height, width, channels, outHeight, outWidth, bias, result } = args;
    const shape = [height, width, channels, outHeight, outWidth] as const;
    kernels.biasReluPool2(images, ...shape, first, end - first, bias, result);
  },
  cost: costOf,
  sample: sampleOfTwo({ images: 4096, bias: 60000, result: 65536 }),
};

/** Its gradient with respect to the images; `activation` is its result. */
export const biasReluPoolGradient: Operation<
  PoolField | 'images' | 'activation' | 'gradient' | 'imagesGradient'
> = {
  name: 'biasReluPoolGradient',
  fields: [...poolFields, 'images', 'activation', 'gradient', 'imagesGradient'],
  parts: partsOf,
  run(kernels, args, part) {
    const [first, end] = outputsOf(args, part);
    const { images, height, width, channels, outHeight, outWidth, activation } = args;
    if (!isTiledByTwo(args)) kernels.fillBits(...imagesOf(args, part, args.imagesGradient), 0);
    const shape = [height, width, channels, outHeight, outWidth] as const;
    const addresses = [activation, args.gradient, args.imagesGradient] as const;
    kernels.biasReluPool2Gradient(images, ...shape, first, end - first, ...addresses);
  },
  cost: costOf,
  sample: sampleOfTwo({ images: 4096, activation: 32768, gradient: 65536, imagesGradient: 131072 }),
};

function poolWith(name: 'maxPool' | 'averagePool'): PoolOperation {
  return {
    name,
    fields: [...poolFields, 'images', 'result'],
    parts: partsOf,
    run(kernels, args, part) {
      const [first, end] = outputsOf(args, part);
      const { images, result, ...pool } = args;
      kernels[name](images, ...shapeOf(pool), first, end - first, result);
    },
    cost: costOf,
    sample: sampleWith({ images: 4096, result: 65536 }),
  };
}

/** Windows of 2 x 2 beside each other. */
function isOfTwo({ windowHeight, windowWidth, strideHeight, strideWidth }: Pool): boolean {
  return [windowHeight, windowWidth, strideHeight, strideWidth].every(size => size === 2);
}

/** Such windows that leave no row or column over. */
function isTiledByTwo(pool: Pool): boolean {
  const { height, width, outHeight, outWidth } = pool;
  return isOfTwo(pool) && height === 2 * outHeight && width === 2 * outWidth;
}

/** A part is whole images: windows of one image may overlap. */
function partsOf({ batch }: Pool): number {
  return Math.min(batch, maximumParts);
}

function outputsOf(pool: Pool, part: number): readonly [number, number] {
  const [first, end] = shareOf(pool.batch, part, partsOf(pool));
  const outputs = pool.outHeight * pool.outWidth;
  return [first * outputs, end * outputs];
}

/** Address and count of the numbers of the part's images. */
function imagesOf(pool: Pool, part: number, address: number): readonly [number, number] {
  const [first, end] = shareOf(pool.batch, part, partsOf(pool));
  const numbers = pool.height * pool.width * pool.channels;
  return [address + 4 * first * numbers, (end - first) * numbers];
}

function shapeOf(pool: Pool): [number, number, number, number, number, number, number, number, number] {
  return [
    pool.height,
    pool.width,
    pool.channels,
    pool.outHeight,
    pool.outWidth,
    pool.windowHeight,
    pool.windowWidth,
    pool.strideHeight,
    pool.strideWidth,
  ];
}

function costOf({ batch, height, width, outHeight, outWidth, channels }: Pool) {
  const [images, results] = [height * width, outHeight * outWidth].map(pixels => batch * pixels * channels);
  return { flops: images ?? 0, bytes: 4 * ((images ?? 0) + (results ?? 0)) };
}

function sampleWith<Field extends string>(addresses: Readonly<Record<Field, number>>) {
  return {
    batch: 2,
    height: 7,
    width: 8,
    channels: 13,
    outHeight: 3,
    outWidth: 6,
    windowHeight: 3,
    windowWidth: 3,
    strideHeight: 2,
    strideWidth: 1,
    ...addresses,
  };
}

function sampleOfTwo<Field extends string>(addresses: Readonly<Record<Field, number>>) {
  const two = { windowHeight: 2, windowWidth: 2, strideHeight: 2, strideWidth: 2 };
  return { ...sampleWith(addresses), outWidth: 4, ...two };
}
