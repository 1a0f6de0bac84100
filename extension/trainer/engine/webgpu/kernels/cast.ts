import { Cast, type CastAttrs, type TensorInfo } from '@tensorflow/tfjs-core';
import { eachIndex, rowOfWorkgroups } from '../elementwise';
import { kernel, sizeOf } from '../kernel';

const program = {
  name: 'Cast',
  outputs: { y: 'f32' },
  inputs: { x: 'i32' },
  constants: { count: 'u32' },
  code: eachIndex('y[i] = f32(x[i]);'),
} as const;

/**
 * Whole numbers and truth values to float32, as numbers of their own: TensorFlow.js only calls them so, and leaves it to each
 * program to convert what it reads. The programs here read float32.
 */
export const cast = kernel<{ readonly x: TensorInfo }, CastAttrs>(
  Cast,
  ({ inputs: { x }, attrs, backend }) => {
    if (attrs.dtype !== 'float32' || (x.dtype !== 'int32' && x.dtype !== 'bool')) return undefined;
    const { values } = backend.tensorMap.get(x.dataId);
    if (values) return backend.makeTensorInfo(x.shape, 'float32', Float32Array.from(values as Int32Array));
    const y = backend.output(x.shape);
    const count = sizeOf(y);
    if (count > 0) {
      const call = { constants: { count }, workgroups: rowOfWorkgroups(count) };
      backend.run(program, { ...call, outputs: [y], inputs: [x] });
    }
    return y;
  },
);
