/** Passes over arrays, as TypeScript sees them: activations and moments of channels, copies, draws, pools. */
export interface PassKernels {
  biasRelu(x: number, bias: number, y: number, rows: number, channels: number): void;
  scaleShiftRelu(x: number, scale: number, shift: number, y: number, rows: number, channels: number): void;
  scaleReluGradient(dy: number, y: number, scale: number, dx: number, rows: number, channels: number): void;
  channelMoments(x: number, result: number, rows: number, channels: number): void;
  joinMoments(
    parts: number,
    rows: number,
    chunk: number,
    channels: number,
    mean: number,
    variance: number,
  ): void;
  batchNormGradientSums(
    x: number,
    dy: number,
    scale: number,
    shift: number,
    mean: number,
    result: number,
    rows: number,
    channels: number,
  ): void;
  batchNormGradient(
    x: number,
    dy: number,
    scale: number,
    shift: number,
    slope: number,
    offset: number,
    dx: number,
    rows: number,
    channels: number,
  ): void;
  copyStrided(
    source: number,
    target: number,
    count: number,
    sourceStep: number,
    size1: number,
    size2: number,
    size3: number,
    source1: number,
    source2: number,
    source3: number,
    target1: number,
    target2: number,
    target3: number,
  ): void;
  normals(key0: number, key1: number, first: number, pairs: number, result: number): void;
  fillBits(target: number, count: number, value: number): void;
  maxPool: Pool;
  averagePool: Pool;
  averagePoolGradient: Pool;
  biasReluPool2(...args: [...windows: Parameters<PassKernels['maxPool2Gradient']>]): void;
  biasReluPool2Gradient(
    ...args: [...windows: Parameters<PassKernels['maxPool2Gradient']>, imagesGradient: number]
  ): void;
  maxPool2Gradient(
    images: number,
    height: number,
    width: number,
    channels: number,
    outHeight: number,
    outWidth: number,
    first: number,
    count: number,
    gradient: number,
    imagesGradient: number,
  ): void;
  maxPoolGradient(...args: [...Parameters<Pool>, imagesGradient: number]): void;
}

type Pool = (
  images: number,
  height: number,
  width: number,
  channels: number,
  outHeight: number,
  outWidth: number,
  windowHeight: number,
  windowWidth: number,
  strideHeight: number,
  strideWidth: number,
  first: number,
  count: number,
  resultOrGradient: number,
) => void;
