import assert from 'node:assert/strict';
import {
  type backend_util,
  Conv2DBackpropFilter,
  Conv2DBackpropInput,
  conv2d,
  engine,
  type Tensor,
  type Tensor4D,
  tensor4d,
} from '@tensorflow/tfjs-core';
import { tidyKeeping } from '../../../../extension/trainer/models/tensorMap';
import { integers, normals } from '../../../../extension/trainer/random/draws';
import { derive, type Key, rootKey } from '../../../../extension/trainer/random/key';
import { onEngine } from '../../support/engine';
import { at, relativeDistance } from '../../support/float64';
import { type Convolution, filterGradient64, forward64, inputGradient64 } from './convolution64';

/**
 * Sums of up to 800 float32 products (5 x 5 taps of 32 channels) or as many pixels err by sqrt(800) 6e-8 = 2e-6 at most,
 * relative to their own size; one tap, row or pixel in the wrong place makes an error of 0.1 or more.
 */
const tolerance = 1e-5;
const cases = 400;

type Padding = 'same' | 'valid' | number | backend_util.ExplicitPadding;
interface Case extends Convolution {
  readonly padding: Padding;
}

/** Sizes of the output and the pixels before it, by the definitions of TensorFlow's paddings. */
function arrange(
  size: number,
  kernel: number,
  stride: number,
  padding: 'same' | readonly [number, number],
): readonly [before: number, outSize: number] {
  if (padding !== 'same') {
    return [padding[0], Math.floor((size + padding[0] + padding[1] - kernel) / stride) + 1];
  }
  const outSize = Math.ceil(size / stride);
  return [Math.floor(Math.max(0, (outSize - 1) * stride + kernel - size) / 2), outSize];
}

function build(shape: Omit<Convolution, 'before' | 'outSize'>, padding: Padding): Case {
  const sides = (axis: 0 | 1): 'same' | readonly [number, number] => {
    if (padding === 'same') return 'same';
    if (padding === 'valid') return [0, 0];
    return typeof padding === 'number' ? [padding, padding] : (padding[axis + 1] as [number, number]);
  };
  const rows = arrange(shape.size[0], shape.kernel[0], shape.stride[0], sides(0));
  const columns = arrange(shape.size[1], shape.kernel[1], shape.stride[1], sides(1));
  return { ...shape, padding, before: [rows[0], columns[0]], outSize: [rows[1], columns[1]] };
}

/** TensorFlow.js takes a number for the padding only of square kernels with equal strides. */
function drawCase(key: Key): Case {
  const draws = Array.from(integers(key, 16, 1 << 16));
  const pick = <T>(index: number, choices: readonly T[]): T => at(choices, at(draws, index) % choices.length);
  const channels = [...Array.from({ length: 20 }, (_, i) => i + 1), 32];
  const kind = pick(0, ['same', 'valid', 'number', 'explicit'] as const);
  const square = kind === 'number' || pick(1, [true, false]);
  const kernel = pick(2, [1, 2, 3, 3, 4, 5]);
  const stride = pick(3, [1, 2, 2, 3]);
  const kernels = [kernel, square ? kernel : pick(4, [1, 2, 3, 4, 5])] as const;
  const size = (index: number, least: number) => least + (at(draws, index) % 9);
  const reach = (index: number) => at(draws, index) % (kernel + 1);
  const explicit: backend_util.ExplicitPadding = [
    [0, 0],
    [reach(5), reach(6)],
    [reach(7), reach(8)],
    [0, 0],
  ];
  return build(
    {
      batch: pick(9, [1, 2, 3, 4]),
      size: [size(10, kernels[0]), size(11, kernels[1])],
      kernel: kernels,
      stride: [stride, square ? stride : pick(12, [1, 2, 3])],
      inputs: pick(13, channels),
      outputs: pick(14, channels),
    },
    kind === 'number' ? at(draws, 5) % (kernel + 1) : kind === 'explicit' ? explicit : kind,
  );
}

interface Errors {
  readonly forward: number;
  readonly input: number;
  readonly filter: number;
}

/** Relative l2 errors of the three convolutions of one case. */
function errorsOf(convolution: Case, key: Key): Errors {
  const { batch, size, kernel, stride, outSize, inputs, outputs, padding } = convolution;
  const draw = (name: string, shape: [number, number, number, number]): Tensor4D =>
    tensor4d(
      normals(
        derive(key, name),
        shape.reduce((product, length) => product * length, 1),
      ),
      shape,
    );
  return tidyKeeping(() => {
    const x = draw('x', [batch, ...size, inputs]);
    const filter = draw('filter', [...kernel, inputs, outputs]);
    const dy = draw('dy', [batch, ...outSize, outputs]);
    const strides: [number, number] = [...stride];
    const y = conv2d(x, filter, strides, padding);
    assert.deepEqual(y.shape, dy.shape, JSON.stringify(convolution));
    const attributes = { strides, pad: padding, dataFormat: 'NHWC' };
    const dx = engine().runKernel<Tensor>(
      Conv2DBackpropInput,
      { dy, filter },
      { ...attributes, inputShape: x.shape },
    );
    const dFilter = engine().runKernel<Tensor>(
      Conv2DBackpropFilter,
      { x, dy },
      { ...attributes, filterShape: filter.shape },
    );
    assert.deepEqual([dx.shape, dFilter.shape], [x.shape, filter.shape], JSON.stringify(convolution));
    const [xs, filters, dys] = [x.dataSync(), filter.dataSync(), dy.dataSync()];
    return {
      forward: distance(y.dataSync(), forward64(convolution, xs, filters)),
      input: distance(dx.dataSync(), inputGradient64(convolution, dys, filters)),
      filter: distance(dFilter.dataSync(), filterGradient64(convolution, xs, dys)),
    };
  });
}

/** Where nothing but padding was read, the right answer is zero and must be exactly that. */
function distance(found: ArrayLike<number>, expected: Float64Array): number {
  if (expected.every(value => value === 0)) return Array.from(found).every(value => value === 0) ? 0 : 1;
  return relativeDistance(found, expected);
}

function assertExact(convolution: Case, key: Key): void {
  for (const [what, error] of Object.entries(errorsOf(convolution, key))) {
    assert.ok(error < tolerance, `${what} is off by ${error} for ${JSON.stringify(convolution)}`);
  }
}

describe('Convolutions of the wasm engine and their gradients', () => {
  onEngine('wasm');
  const key = derive(rootKey(7), 'convolutions');

  it(`equal float64 loops in ${cases} drawn shapes, strides and paddings`, () => {
    for (let i = 0; i < cases; i++) assertExact(drawCase(derive(key, i)), derive(key, 'values', i));
  });

  const channels = { batch: 2, inputs: 5, outputs: 7 };

  it('give the rows and columns that a stride leaves over a zero gradient', () => {
    for (const size of [
      [8, 9],
      [9, 8],
      [10, 10],
      [11, 7],
    ] as const) {
      for (const step of [2, 3] as const) {
        const shape = { ...channels, size, kernel: [3, 3], stride: [step, step] } as const;
        assertExact(build(shape, 'valid'), derive(key, 'leftover', ...size, step));
      }
    }
  });

  it('are right for the 1x1 stride-2 convolution of a shortcut, even and odd sizes', () => {
    for (const size of [
      [8, 8],
      [7, 7],
      [9, 4],
      [1, 1],
    ] as const) {
      const shape = { ...channels, size, kernel: [1, 1], stride: [2, 2] } as const;
      assertExact(build(shape, 'valid'), derive(key, 'shortcut', ...size));
    }
  });

  it('are right where the stride is larger than the image', () => {
    const shape = { ...channels, size: [2, 1], kernel: [2, 1], stride: [3, 3] } as const;
    assertExact(build(shape, 'valid'), derive(key, 'large stride'));
  });

  it('are right for padding beyond the reach of the kernel', () => {
    const shape = { ...channels, size: [5, 6], kernel: [3, 2], stride: [2, 1] } as const;
    assertExact(
      build(shape, [
        [0, 0],
        [4, 3],
        [3, 5],
        [0, 0],
      ]),
      derive(key, 'wide padding'),
    );
  });
});
