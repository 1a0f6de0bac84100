import type { TensorInfo } from '@tensorflow/tfjs-core';
import {
  GlobalAveragePool,
  GlobalAveragePoolGradient,
  type PooledSize,
} from '../../../fused/globalAveragePool';
import { eachIndex, rowOfWorkgroups } from '../elementwise';
import { kernel, sizeOf } from '../kernel';

const constants = { count: 'u32', height: 'u32', width: 'u32', channels: 'u32' } as const;

/** A thread for each image's channel, neighbours beside each other: rows first, then their sums, so that rounding grows little. */
const forward = {
  name: 'GlobalAveragePool',
  outputs: { y: 'f32' },
  inputs: { x: 'f32' },
  constants,
  code: eachIndex(
    `var at = (i / constants.channels) * constants.height * constants.width * constants.channels + i % constants.channels;
  var total = 0.0;
  for (var row = 0u; row < constants.height; row++) {
    var sum = 0.0;
    for (var column = 0u; column < constants.width; column++) {
      sum += x[at];
      at += constants.channels;
    }
    total += sum;
  }
  y[i] = total / f32(constants.height * constants.width);`,
    64,
  ),
} as const;

const backward = {
  name: 'GlobalAveragePoolGradient',
  outputs: { dx: 'f32' },
  inputs: { dy: 'f32' },
  constants,
  code: eachIndex(
    `let pixels = constants.height * constants.width;
  let image = i / (pixels * constants.channels);
  dx[i] = dy[image * constants.channels + i % constants.channels] / f32(pixels);`,
  ),
} as const;

type Inputs<Name extends string> = Readonly<Record<Name, TensorInfo>>;

export const globalAveragePool = kernel<Inputs<'x'>>(GlobalAveragePool, ({ inputs: { x }, backend }) => {
  const [batch = 0, height = 0, width = 0, channels = 0] = x.shape;
  const y = backend.output([batch, channels]);
  const count = sizeOf(y);
  if (count > 0) {
    backend.run(forward, {
      outputs: [y],
      inputs: [x],
      constants: { count, height, width, channels },
      workgroups: rowOfWorkgroups(count, 64),
    });
  }
  return y;
});

export const globalAveragePoolGradient = kernel<Inputs<'dy'>, PooledSize>(
  GlobalAveragePoolGradient,
  ({ inputs: { dy }, attrs: { height, width }, backend }) => {
    const [batch = 0, channels = 0] = dy.shape;
    const dx = backend.output([batch, height, width, channels]);
    const count = sizeOf(dx);
    if (count > 0) {
      backend.run(backward, {
        outputs: [dx],
        inputs: [dy],
        constants: { count, height, width, channels },
        workgroups: rowOfWorkgroups(count),
      });
    }
    return dx;
  },
);
