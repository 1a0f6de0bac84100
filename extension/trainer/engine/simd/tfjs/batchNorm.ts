import type { KernelConfig, TensorInfo } from '@tensorflow/tfjs-core';
import {
  BatchNormRelu,
  BatchNormReluGradient,
  type Epsilon,
  NormaliseRelu,
  NormaliseReluGradient,
  unbiasing,
} from '../../../fused/batchNormRelu';
import type { SimdBackend } from '../backend';
import {
  batchNormGradient,
  batchNormGradientSums,
  channelMoments,
  chunkRows,
  joinMoments,
  scaleReluGradient,
  scaleShiftRelu,
} from '../operations/batchNorm';
import { kernel, sizeOf } from './kernel';

type Inputs<Name extends string> = Readonly<Record<Name, TensorInfo>>;

export const batchNormKernels: readonly KernelConfig[] = [
  kernel<Inputs<'x' | 'weight' | 'bias'>, Epsilon>(BatchNormRelu, ({ inputs, attrs, backend }) => {
    const { x, weight, bias } = inputs;
    const [mean, variance] = momentsOf(backend, x);
    const y = backend.output(x.shape);
    applyWith(backend, { x, y, weight, bias, mean, variance }, attrs);
    return [y, mean, variance, unbiased(backend, variance, sizeOf(x) / sizeOf(variance))];
  }),
  kernel<Inputs<'x' | 'weight' | 'bias' | 'mean' | 'variance'>, Epsilon>(
    NormaliseRelu,
    ({ inputs, attrs, backend }) => {
      const y = backend.output(inputs.x.shape);
      applyWith(backend, { ...inputs, y }, attrs);
      return y;
    },
  ),
  kernel<Inputs<'dy' | 'y' | 'weight' | 'variance'>, Epsilon>(
    NormaliseReluGradient,
    ({ inputs: { dy, y, weight, variance }, attrs, backend }) => {
      const dx = backend.output(dy.shape);
      const channels = sizeOf(weight);
      const scale = backend.machine.allocate(4 * channels);
      try {
        const weights = numbersOf(backend, weight);
        const variances = numbersOf(backend, variance);
        backend.machine
          .floats(scale, channels)
          .set(weights.map((value, i) => value / Math.sqrt((variances[i] ?? 0) + attrs.epsilon)));
        backend.run(scaleReluGradient, {
          dy: backend.addressOf(dy),
          y: backend.addressOf(y),
          scale,
          dx: backend.addressOf(dx),
          rows: sizeOf(dy) / channels,
          channels,
        });
      } finally {
        backend.machine.release(scale);
      }
      return dx;
    },
  ),
  kernel<Inputs<'dy' | 'x' | 'weight' | 'bias' | 'mean' | 'variance'>, Epsilon>(
    BatchNormReluGradient,
    gradient,
  ),
];

const numbersOf = (backend: SimdBackend, tensor: TensorInfo): Float32Array =>
  backend.machine.floats(backend.addressOf(tensor), sizeOf(tensor));

/** Mean and biased variance over all axes but the last: [channels] each. */
function momentsOf(backend: SimdBackend, x: TensorInfo): readonly [TensorInfo, TensorInfo] {
  const channels = x.shape.at(-1) ?? 1;
  const rows = sizeOf(x) / channels;
  const chunk = chunkRows({ rows, channels });
  const [mean, variance] = [backend.output([channels]), backend.output([channels])];
  const moments = backend.machine.allocate(8 * Math.ceil(rows / chunk) * channels);
  try {
    backend.run(channelMoments, { x: backend.addressOf(x), moments, rows, channels, chunk });
    const addresses = { mean: backend.addressOf(mean), variance: backend.addressOf(variance) };
    backend.run(joinMoments, { moments, rows, channels, chunk, ...addresses });
  } finally {
    backend.machine.release(moments);
  }
  return [mean, variance];
}

/** Of `rows` numbers, from the biased one. */
function unbiased(backend: SimdBackend, variance: TensorInfo, rows: number): TensorInfo {
  const result = backend.output(variance.shape);
  const correction = unbiasing(rows);
  numbersOf(backend, result).set(numbersOf(backend, variance).map(value => value * correction));
  return result;
}

/** BN(x) = x scale + shift: scale = weight / sqrt(variance + epsilon), shift = bias - mean scale. */
function writeScaleAndShift(
  backend: SimdBackend,
  { weight, bias, mean, variance }: Inputs<'weight' | 'bias' | 'mean' | 'variance'>,
  { epsilon }: Epsilon,
  scale: number,
  shift: number,
): void {
  const channels = sizeOf(weight);
  const [weights, biases, means, variances] = [weight, bias, mean, variance].map(tensor =>
    numbersOf(backend, tensor),
  );
  const scales = backend.machine.floats(scale, channels);
  const shifts = backend.machine.floats(shift, channels);
  for (let i = 0; i < channels; i++) {
    const factor = Math.fround((weights?.[i] ?? 0) / Math.sqrt((variances?.[i] ?? 0) + epsilon));
    scales[i] = factor;
    shifts[i] = (biases?.[i] ?? 0) - (means?.[i] ?? 0) * factor;
  }
}

function applyWith(
  backend: SimdBackend,
  inputs: Inputs<'x' | 'y' | 'weight' | 'bias' | 'mean' | 'variance'>,
  attributes: Epsilon,
): void {
  const channels = sizeOf(inputs.weight);
  const scale = backend.machine.allocate(8 * channels);
  const shift = scale + 4 * channels;
  try {
    writeScaleAndShift(backend, inputs, attributes, scale, shift);
    backend.run(scaleShiftRelu, {
      x: backend.addressOf(inputs.x),
      scale,
      shift,
      y: backend.addressOf(inputs.y),
      rows: sizeOf(inputs.x) / channels,
      channels,
    });
  } finally {
    backend.machine.release(scale);
  }
}

/**
 * With g the gradient of the ReLU's input, n rows and s = weight / sqrt(variance + epsilon):
 *
 *   dbias = sum g,  dweight = sum g (x - mean) / sqrt(variance + epsilon),
 *   dx = s (g - dbias / n - (x - mean) dweight / (n sqrt(variance + epsilon))).
 *
 * Source: Ioffe and Szegedy 2015, section 3.
 */
function gradient({
  inputs,
  attrs,
  backend,
}: {
  readonly inputs: Inputs<'dy' | 'x' | 'weight' | 'bias' | 'mean' | 'variance'>;
  readonly attrs: Epsilon;
  readonly backend: SimdBackend;
}): TensorInfo[] {
  const { dy, x, weight, mean, variance } = inputs;
  const { machine } = backend;
  const channels = sizeOf(weight);
  const rows = sizeOf(x) / channels;
  const chunk = chunkRows({ rows, channels });
  const chunks = Math.ceil(rows / chunk);
  const [dx, dweight, dbias] = [
    backend.output(x.shape),
    backend.output([channels]),
    backend.output([channels]),
  ];
  const workspace = machine.allocate(4 * channels * (4 + 2 * chunks));
  const [scale, shift, slope, offset, sums] = [0, 1, 2, 3, 4].map(i => workspace + 4 * channels * i) as [
    number,
    number,
    number,
    number,
    number,
  ];
  try {
    writeScaleAndShift(backend, inputs, attrs, scale, shift);
    const shared = { x: backend.addressOf(x), dy: backend.addressOf(dy), scale, shift, rows, channels };
    backend.run(batchNormGradientSums, { ...shared, mean: backend.addressOf(mean), sums, chunk });
    const parts = machine.floats(sums, 2 * chunks * channels);
    const [scales, slopes, offsets] = [scale, slope, offset].map(at => machine.floats(at, channels)) as [
      Float32Array,
      Float32Array,
      Float32Array,
    ];
    const [means, variances] = [mean, variance].map(tensor => numbersOf(backend, tensor)) as [
      Float32Array,
      Float32Array,
    ];
    const [weightGradients, biasGradients] = [dweight, dbias].map(tensor => numbersOf(backend, tensor)) as [
      Float32Array,
      Float32Array,
    ];
    for (let i = 0; i < channels; i++) {
      let sum = 0;
      let products = 0;
      for (let part = 0; part < chunks; part++) {
        sum += parts[2 * part * channels + i] ?? 0;
        products += parts[(2 * part + 1) * channels + i] ?? 0;
      }
      const inverse = 1 / Math.sqrt((variances[i] ?? 0) + attrs.epsilon);
      const factor = scales[i] ?? 0;
      const slopeOfX = (-factor * products * inverse * inverse) / rows;
      weightGradients[i] = products * inverse;
      biasGradients[i] = sum;
      slopes[i] = slopeOfX;
      offsets[i] = (-factor * sum) / rows - slopeOfX * (means[i] ?? 0);
    }
    backend.run(batchNormGradient, { ...shared, slope, offset, dx: backend.addressOf(dx) });
  } finally {
    machine.release(workspace);
  }
  return [dx, dweight, dbias];
}
