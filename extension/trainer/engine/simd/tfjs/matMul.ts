import {
  BatchMatMul,
  type BatchMatMulAttrs,
  type KernelConfig,
  type TensorInfo,
  util,
} from '@tensorflow/tfjs-core';
import { multiplyMatrices } from '../operations/multiplyMatrices';
import { packMatrix } from '../operations/packMatrix';
import { padTo, panelColumns } from '../padding';
import { fallback, isFloat, kernel, sizeOf } from './kernel';
import { product } from './shape';

interface Inputs {
  readonly a: TensorInfo;
  readonly b: TensorInfo;
}

export const matMulKernels: readonly KernelConfig[] = [
  kernel<Inputs, BatchMatMulAttrs>(BatchMatMul, call => {
    const { inputs, attrs, backend } = call;
    const { a, b } = inputs;
    const rank = a.shape.length;
    const batchShape = a.shape.slice(0, rank - 2);
    const sameBatch = util.arraysEqual(batchShape, b.shape.slice(0, b.shape.length - 2));
    if (!isFloat(a) || !isFloat(b) || !sameBatch || sizeOf(a) * sizeOf(b) === 0)
      return fallback(BatchMatMul, call);
    const [rowsOfA = 1, columnsOfA = 1] = a.shape.slice(rank - 2);
    const [rowsOfB = 1, columnsOfB = 1] = b.shape.slice(rank - 2);
    const [rows, depth] = attrs.transposeA ? [columnsOfA, rowsOfA] : [rowsOfA, columnsOfA];
    const [depthOfB, columns] = attrs.transposeB ? [columnsOfB, rowsOfB] : [rowsOfB, columnsOfB];
    if (depth !== depthOfB)
      throw new Error(`matMul: the inner sizes of [${a.shape}] and [${b.shape}] differ`);
    const batch = product(batchShape);
    const result = backend.output([...batchShape, rows, columns]);
    const panelsBatch = 4 * depth * padTo(columns, panelColumns);
    const matrix = backend.addressOf(b);
    const transposed = attrs.transposeB ? 1 : 0;
    // A weight's gradient has the transposed input on the left; else the right factor is likely a weight, to be used again.
    const key = attrs.transposeA ? undefined : backend.filterKey(b);
    backend.packedMatrices.with(
      key,
      attrs.transposeB ? 'transposed' : 'as it is',
      batch * panelsBatch,
      panels => backend.run(packMatrix, { matrix, transposed, batch, depth, columns, panels }),
      panels =>
        backend.run(multiplyMatrices, {
          left: backend.addressOf(a),
          transposed: attrs.transposeA ? 1 : 0,
          leftBatch: 4 * rows * depth,
          panels,
          panelsBatch,
          product: backend.addressOf(result),
          batch,
          rows,
          depth,
          columns,
        }),
    );
    return result;
  }),
];
