import assert from 'node:assert/strict';
import {
  cast,
  grad,
  matMul,
  maxPool,
  memory,
  type Rank,
  sign,
  slice,
  type Tensor,
  type Tensor4D,
  tensor,
  tensor1d,
  tidy,
} from '@tensorflow/tfjs-core';
import { engineOptions } from '../../../../extension/trainer/engine/assets';
import { openEngine } from '../../../../extension/trainer/engine/open';
import { integers } from '../../../../extension/trainer/random/draws';
import { derive, rootKey } from '../../../../extension/trainer/random/key';
import { onEngine, valuesOf } from '../../support/engine';
import { assertClose, at, randomVector, range } from '../../support/float64';

const drawn = (name: string, shape: readonly number[]): Tensor<Rank> =>
  tensor(
    randomVector(
      name,
      shape.reduce((product, length) => product * length, 1),
    ),
    [...shape],
  );

describe('sign on the wasm engine', () => {
  onEngine('wasm');

  it('is exact for zeros, tiny, denormal and huge numbers of both signs', () => {
    const magnitudes = [
      1e-6,
      1e-8,
      1e-20,
      1.17549435e-38,
      1e-40,
      2 ** -149,
      1,
      3.4e38,
      Number.POSITIVE_INFINITY,
    ];
    const values = [0, -0, ...magnitudes, ...magnitudes.map(value => -value)];
    const expected = values.map(value => (value > 0 ? 1 : value < 0 ? -1 : 0));
    assert.deepEqual(
      valuesOf(sign(tensor1d(values))).map(value => value + 0),
      expected,
    );
  });
});

describe('The gradient of maximum pooling on the wasm engine', () => {
  onEngine('wasm');

  /** Every output's gradient goes to the first maximum of its window. */
  function expectedGradient(
    x: Tensor4D,
    dy: Tensor4D,
    size: number,
    stride: number,
    before: number,
  ): number[] {
    const [batch, height, width, channels] = x.shape;
    const [, outHeight, outWidth] = dy.shape;
    const [values, gradients] = [valuesOf(x), valuesOf(dy)];
    const result = values.map(() => 0);
    const index = (image: number, i: number, j: number, channel: number, [h, w]: [number, number]) =>
      ((image * h + i) * w + j) * channels + channel;
    for (const image of range(batch))
      for (const o of range(outHeight))
        for (const p of range(outWidth))
          for (const channel of range(channels)) {
            const window = range(size)
              .flatMap(k => range(size).map(l => [o * stride - before + k, p * stride - before + l] as const))
              .filter(([i, j]) => i >= 0 && i < height && j >= 0 && j < width)
              .map(([i, j]) => index(image, i, j, channel, [height, width]));
            const largest = Math.max(...window.map(place => at(values, place)));
            const place = window.find(candidate => at(values, candidate) === largest) ?? -1;
            result[place] =
              at(result, place) + at(gradients, index(image, o, p, channel, [outHeight, outWidth]));
          }
    return result;
  }

  for (const [what, height, width, size, stride, pad] of [
    ['non-overlapping windows', 6, 8, 2, 2, 0],
    ['an odd last row and column, which get none', 7, 5, 2, 2, 0],
    ['overlapping windows', 7, 6, 3, 2, 0],
    ['padding', 6, 6, 3, 2, 1],
  ] as const) {
    it(`goes to each window's maximum with ${what}`, () => {
      const x = drawn(`pool ${what}`, [3, height, width, 5]) as Tensor4D;
      const pool = (images: Tensor) => maxPool(images as Tensor4D, size, stride, pad);
      const dy = drawn(`pool gradient ${what}`, pool(x).shape) as Tensor4D;
      assertClose(valuesOf(grad(pool)(x, dy)), expectedGradient(x, dy, size, stride, pad), {
        absolute: 1e-6,
      });
    });
  }

  it('goes to the first of equal maxima, as in PyTorch', () => {
    const pool = (images: Tensor) => maxPool(images as Tensor4D, 2, 2, 'valid');
    const x = tensor([0, 0, 0, 0, -1, 2, 2, -1], [2, 2, 2, 1]);
    assert.deepEqual(valuesOf(grad(pool)(x, tensor([3, 5], [2, 1, 1, 1]))), [3, 0, 0, 0, 0, 5, 0, 0]);
  });
});

describe('Matrix products on the wasm engine', () => {
  onEngine('wasm');

  for (const transposeA of [false, true]) {
    for (const transposeB of [false, true]) {
      it(`are right with transposeA ${transposeA} and transposeB ${transposeB}, one matrix or several`, async () => {
        for (const batch of [[], [3]]) {
          const a = drawn('a', [...batch, ...(transposeA ? [5, 4] : [4, 5])]);
          const b = drawn('b', [...batch, ...(transposeB ? [6, 5] : [5, 6])]);
          const found = matMul(a, b, transposeA, transposeB);
          assert.deepEqual(found.shape, [...batch, 4, 6]);
          const [left, right] = [valuesOf(a), valuesOf(b)];
          const expected = range(batch[0] ?? 1).flatMap(m =>
            range(4).flatMap(i =>
              range(6).map(j =>
                range(5).reduce((sum, k) => {
                  const from = m * 20 + (transposeA ? k * 4 + i : i * 5 + k);
                  const to = m * 30 + (transposeB ? j * 5 + k : k * 6 + j);
                  return sum + at(left, from) * at(right, to);
                }, 0),
              ),
            ),
          );
          assertClose(valuesOf(found), expected, { absolute: 1e-5 });
        }
      });
    }
  }
});

describe('Slices on the wasm engine', () => {
  onEngine('wasm');

  it('equal those of the cpu engine in 100 drawn windows of one to five axes', async () => {
    const windows = range(100).map(i => {
      const draws = integers(derive(rootKey(3), 'slices', i), 16, 1 << 16);
      const shape = range(1 + (at(draws, 0) % 5)).map(axis => 1 + (at(draws, 1 + axis) % 6));
      const begin = shape.map((length, axis) =>
        at(draws, 6 + axis) % 3 === 0 ? at(draws, 6 + axis) % length : 0,
      );
      const size = shape.map((length, axis) => {
        const rest = length - at(begin, axis);
        return at(draws, 11 + axis) % 2 === 0 ? rest : 1 + (at(draws, 11 + axis) % rest);
      });
      return { shape, begin, size };
    });
    const cut = () =>
      windows.map(({ shape, begin, size }) => valuesOf(slice(drawn('slice', shape), begin, size)));
    const found = cut();
    await openEngine('cpu', engineOptions());
    const expected = cut();
    await openEngine('wasm', engineOptions());
    assert.deepEqual(found, expected);
  });

  it('of no elements are empty', () => {
    assert.deepEqual(slice(drawn('slice', [3, 4]), [1, 0], [0, 4]).shape, [0, 4]);
  });

  it('keep the type of integers', () => {
    const whole = tensor([1, 2, 3, 4, 5, 6], [2, 3], 'int32');
    const part = slice(whole, [0, 1], [2, 2]);
    assert.equal(part.dtype, 'int32');
    assert.deepEqual(valuesOf(part), [2, 3, 5, 6]);
  });
});

describe('Clones on the wasm engine', () => {
  onEngine('wasm');

  it('outlive the tensor that they were made of, and the other way round', () => {
    const first = tensor1d([1, 2, 3]);
    const second = first.clone();
    const third = cast(second, 'float32');
    first.dispose();
    assert.deepEqual(valuesOf(second), [1, 2, 3]);
    second.dispose();
    assert.deepEqual(valuesOf(third), [1, 2, 3]);
    third.dispose();
  });

  it('free the memory with the last of them', () => {
    const { numTensors, numDataBuffers, numBytes } = memory();
    tidy(() => {
      const values = tensor1d([1, 2, 3]);
      return [values.clone(), cast(values, 'float32')].map(copy => copy.clone()).length;
    });
    assert.deepEqual(
      [memory().numTensors, memory().numDataBuffers, memory().numBytes],
      [numTensors, numDataBuffers, numBytes],
    );
  });

  it('to another type are converted', () => {
    assert.deepEqual(valuesOf(cast(tensor1d([1.7, -2.3]), 'int32')), [1, -2]);
  });
});
