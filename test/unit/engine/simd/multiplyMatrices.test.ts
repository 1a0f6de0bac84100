import assert from 'node:assert/strict';
import { multiplyMatrices } from '../../../../extension/trainer/engine/simd/operations/multiplyMatrices';
import { packMatrix } from '../../../../extension/trainer/engine/simd/operations/packMatrix';
import { padTo, panelColumns } from '../../../../extension/trainer/engine/simd/padding';
import { guarded, poison, randomValues, relativeError } from './support/buffers';
import { builds, onMachine } from './support/machines';

interface Product {
  readonly batch: number;
  readonly rows: number;
  readonly depth: number;
  readonly columns: number;
  readonly transposeLeft: boolean;
  readonly transposeRight: boolean;
}

const sizes: readonly (readonly [batch: number, rows: number, depth: number, columns: number])[] = [
  [1, 1, 1, 1],
  [1, 5, 3, 10],
  [1, 6, 16, 16],
  [1, 64, 3136, 10],
  [1, 97, 385, 33],
  [3, 7, 9, 17],
  [2, 200, 31, 100],
];

const products: readonly Product[] = sizes.flatMap(([batch, rows, depth, columns]) =>
  [false, true].flatMap(transposeLeft =>
    [false, true].map(transposeRight => ({ batch, rows, depth, columns, transposeLeft, transposeRight })),
  ),
);

/** In float64, term by term. */
function reference(product: Product, left: Float32Array, right: Float32Array): Float64Array {
  const { batch, rows, depth, columns, transposeLeft, transposeRight } = product;
  const result = new Float64Array(batch * rows * columns);
  for (let n = 0; n < batch; n++) {
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < columns; j++) {
        let sum = 0;
        for (let k = 0; k < depth; k++) {
          const a = left[n * rows * depth + (transposeLeft ? k * rows + i : i * depth + k)] ?? Number.NaN;
          const b = right[n * depth * columns + (transposeRight ? j * depth + k : k * columns + j)];
          sum += a * (b ?? Number.NaN);
        }
        result[(n * rows + i) * columns + j] = sum;
      }
    }
  }
  return result;
}

for (const build of builds) {
  describe(`Products of matrices, ${build} kernels`, () => {
    const machine = onMachine({ build, threads: 2, revectorize: true });

    before(() => poison(machine()));

    for (const product of products) {
      const { batch, rows, depth, columns, transposeLeft, transposeRight } = product;
      const left = `${rows}x${depth}${transposeLeft ? ' transposed' : ''}`;
      const right = `${depth}x${columns}${transposeRight ? ' transposed' : ''}`;
      it(`are right: ${batch} of ${left} times ${right}`, () => {
        const a = randomValues(batch * rows * depth, 'left');
        const b = randomValues(batch * depth * columns, 'right');
        const panelsBatch = 4 * depth * padTo(columns, panelColumns);
        const [x, y] = [guarded(machine(), a), guarded(machine(), b)];
        const panels = guarded(machine(), (batch * panelsBatch) / 4);
        const result = guarded(machine(), batch * rows * columns);
        const shared = { batch, depth, columns, panels: panels.address };
        machine().run(packMatrix, { ...shared, matrix: y.address, transposed: transposeRight ? 1 : 0 });
        machine().run(multiplyMatrices, {
          ...shared,
          left: x.address,
          transposed: transposeLeft ? 1 : 0,
          leftBatch: 4 * rows * depth,
          panelsBatch,
          product: result.address,
          rows,
        });
        assert.ok(relativeError(result.values, reference(product, a, b)) <= 5e-6);
        for (const buffer of [x, y, panels, result]) {
          buffer.check();
          buffer.release();
        }
      });
    }
  });
}
