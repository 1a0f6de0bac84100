import type { TensorInfo } from '@tensorflow/tfjs-core';
import { BiasReluPool, BiasReluPoolGradient } from '../../../fused/biasReluPool';
import { eachIndex, rowOfWorkgroups } from '../elementwise';
import { kernel, sizeOf } from '../kernel';

const sizes = { count: 'u32', channels: 'u32', height: 'u32', width: 'u32' } as const;

/** Where the first of the four numbers of a window lies in x, for number `i` of the pooled array. */
const window = `let channel = i % constants.channels;
  let pixel = i / constants.channels;
  let outWidth = constants.width / 2u;
  let outHeight = constants.height / 2u;
  let image = pixel / (outWidth * outHeight);
  let y0 = (pixel / outWidth) % outHeight * 2u;
  let x0 = pixel % outWidth * 2u;
  let right = constants.channels;
  let down = constants.width * constants.channels;
  let corner = ((image * constants.height + y0) * constants.width + x0) * constants.channels + channel;`;

const forward = {
  name: 'BiasReluPool',
  outputs: { y: 'f32' },
  inputs: { x: 'f32', bias: 'f32' },
  constants: sizes,
  code: eachIndex(`${window}
  let largest = max(max(x[corner], x[corner + right]), max(x[corner + down], x[corner + down + right]));
  y[i] = max(largest + bias[channel], 0.0);`),
} as const;

/** A thread a window. The first of equal numbers gets the gradient, as PyTorch has it. */
const backward = {
  name: 'BiasReluPoolGradient',
  outputs: { dx: 'f32' },
  inputs: { dy: 'f32', x: 'f32', y: 'f32' },
  constants: sizes,
  code: eachIndex(`${window}
  let places = array<u32, 4>(corner, corner + right, corner + down, corner + down + right);
  var best = 0u;
  for (var place = 1u; place < 4u; place++) {
    if (x[places[place]] > x[places[best]]) { best = place; }
  }
  let passed = select(0.0, dy[i], y[i] > 0.0);
  for (var place = 0u; place < 4u; place++) { dx[places[place]] = select(0.0, passed, place == best); }`),
} as const;

/** Where an odd last row or column belongs to no window. */
const clear = {
  name: 'BiasReluPoolGradient, borders',
  outputs: { dx: 'f32' },
  inputs: {},
  constants: sizes,
  code: eachIndex(`let pixel = i / constants.channels;
  let beyondX = pixel % constants.width == constants.width / 2u * 2u;
  let beyondY = (pixel / constants.width) % constants.height == constants.height / 2u * 2u;
  if (beyondX || beyondY) { dx[i] = 0.0; }`),
} as const;

export const biasReluPool = kernel<{ readonly x: TensorInfo; readonly bias: TensorInfo }>(
  BiasReluPool,
  ({ inputs: { x, bias }, backend }) => {
    const [batch = 0, height = 0, width = 0, channels = 0] = x.shape;
    const y = backend.output([batch, height >> 1, width >> 1, channels]);
    const count = sizeOf(y);
    backend.run(forward, {
      outputs: [y],
      inputs: [x, bias],
      constants: { count, channels, height, width },
      workgroups: rowOfWorkgroups(count),
    });
    return y;
  },
);

export const biasReluPoolGradient = kernel<Readonly<Record<'dy' | 'x' | 'y', TensorInfo>>>(
  BiasReluPoolGradient,
  ({ inputs: { dy, x, y }, backend }) => {
    const [, height = 0, width = 0, channels = 0] = x.shape;
    const dx = backend.output(x.shape);
    const shape = { channels, height, width };
    const run = (shader: typeof backward | typeof clear, inputs: TensorInfo[], count: number) =>
      backend.run(shader, {
        outputs: [dx],
        inputs,
        constants: { ...shape, count },
        workgroups: rowOfWorkgroups(count),
      });
    run(backward, [dy, x, y], sizeOf(dy));
    if (height % 2 === 1 || width % 2 === 1) run(clear, [], sizeOf(x));
    return dx;
  },
);
