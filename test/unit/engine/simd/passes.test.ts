import assert from 'node:assert/strict';
import type { SimdMachine } from '../../../../extension/trainer/engine/simd/machine';
import type { Arguments, Operation } from '../../../../extension/trainer/engine/simd/operation';
import {
  batchNormGradient,
  batchNormGradientSums,
  biasRelu,
  channelMoments,
  joinMoments,
  scaleReluGradient,
  scaleShiftRelu,
} from '../../../../extension/trainer/engine/simd/operations/batchNorm';
import { binary } from '../../../../extension/trainer/engine/simd/operations/binary';
import { copyStrided } from '../../../../extension/trainer/engine/simd/operations/copyStrided';
import { fill } from '../../../../extension/trainer/engine/simd/operations/fill';
import { pair, triple, unary } from '../../../../extension/trainer/engine/simd/operations/pointwise';
import {
  averagePool,
  averagePoolGradient,
  maxPool,
  maxPoolGradient,
} from '../../../../extension/trainer/engine/simd/operations/pools';
import { reductions } from '../../../../extension/trainer/engine/simd/operations/reduce';
import { type Guarded, guarded, randomValues, relativeError } from './support/buffers';
import { builds, onMachine, openMachine } from './support/machines';

const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i);
const at = (values: ArrayLike<number>, i: number): number => values[i] ?? Number.NaN;

/** Element by element in float64, of x, y, z with the constants p and q. */
const pointwise: readonly [
  Operation<string>,
  number,
  (x: number, y: number, z: number, p: number, q: number) => number,
][] = [
  [unary.abs, 1, Math.abs],
  [unary.clip, 1, (x, _y, _z, p, q) => Math.min(Math.max(x, p), q)],
  [unary.exp, 1, Math.exp],
  [unary.log, 1, Math.log],
  [unary.logicalNot, 1, x => (x === 0 ? 1 : 0)],
  [unary.negative, 1, x => -x],
  [unary.reciprocal, 1, x => 1 / x],
  [unary.reciprocalRoot, 1, x => 1 / Math.sqrt(x)],
  [unary.relu, 1, x => Math.max(x, 0)],
  [unary.scale, 1, (x, _y, _z, p) => x * p],
  [unary.sign, 1, Math.sign],
  [unary.square, 1, x => x * x],
  [unary.squareRoot, 1, Math.sqrt],
  [unary.step, 1, (x, _y, _z, p) => (x > 0 ? 1 : p)],
  [pair.addScaled, 2, (x, y, _z, _p, q) => x + q * y],
  [pair.reluGradient, 2, (x, y) => (y > 0 ? x : 0)],
  [triple.momentum, 3, (x, y, z, p, q) => p * z + (y + q * x)],
  [triple.select, 3, (x, y, z) => (x === 0 ? z : y)],
  [
    triple.signStep,
    3,
    (x, y, z, p, q) => Math.min(Math.max(Math.min(Math.max(x + p * Math.sign(y), z - q), z + q), 0), 1),
  ],
];

/** Operands for which every formula is defined. */
function operandFor(name: string, count: number, which: string): Float32Array {
  const values = randomValues(count, `${name} ${which}`);
  if (['log', 'squareRoot', 'reciprocal', 'reciprocalRoot'].includes(name))
    return values.map(value => Math.abs(value) + 0.01);
  if (['logicalNot', 'select', 'sign', 'step'].includes(name))
    return values.map(value => (Math.abs(value) < 0.4 ? 0 : value));
  return values;
}

for (const build of builds) {
  describe(`Passes over arrays, ${build} build`, () => {
    const machine = onMachine({ build });

    for (const [operation, operands, expected] of pointwise) {
      it(`${operation.name} is right to rounding, for any number of elements`, () => {
        for (const count of [1, 8, 13, 1003, 70_000]) {
          // Whole turns of 8 numbers: buffers end at multiples of 64 bytes.
          const room = 16 * Math.ceil(count / 16);
          const names = ['x', 'y', 'z'].slice(0, operands);
          const inputs = names.map(name => guarded(machine(), operandFor(operation.name, room, name)));
          const result = guarded(machine(), room);
          const args: Record<string, number> = { result: result.address, count, p: 0.25, q: 0.75 };
          names.forEach((name, i) => {
            args[name] = inputs[i]?.address ?? 0;
          });
          machine().run(operation, args);
          const operand = (which: number, i: number): number => at(inputs[which]?.values ?? [], i);
          const right = range(count).map(i =>
            expected(operand(0, i), operand(1, i), operand(2, i), 0.25, 0.75),
          );
          const error = Math.max(
            ...range(count).map(i => {
              const difference = Math.abs(at(result.values, i) - at(right, i));
              return difference === 0 ? 0 : difference / (Math.abs(at(right, i)) + 1);
            }),
          );
          assert.ok(error <= 2.5e-7, `${count} numbers: error ${error}`);
          finish(...inputs, result);
        }
      });
    }

    it('rows, columns and numbers that are repeated, without a write beyond', () => {
      const [blocks, rows, columns] = [3, 5, 21];
      for (const leftVaries of [0, 1]) {
        for (const rightVaries of leftVaries ? [0, 1] : [1]) {
          const left = guarded(machine(), randomValues(blocks * rows * (leftVaries ? columns : 1), 'left'));
          const right = guarded(machine(), randomValues(rows * (rightVaries ? columns : 1), 'right'));
          const result = guarded(machine(), blocks * rows * columns);
          const [leftRow, rightRow] = [leftVaries ? columns : 1, rightVaries ? columns : 1];
          machine().run(binary.subtract, {
            left: left.address,
            right: right.address,
            result: result.address,
            blocks,
            rows,
            columns,
            leftBlock: 4 * rows * leftRow,
            rightBlock: 0,
            leftRow: 4 * leftRow,
            rightRow: 4 * rightRow,
            leftVaries,
            rightVaries,
          });
          const expected = range(blocks * rows * columns).map(i => {
            const [row, column] = [Math.floor(i / columns), i % columns];
            const x = at(left.values, row * leftRow + (leftVaries ? column : 0));
            return Math.fround(x - at(right.values, (row % rows) * rightRow + (rightVaries ? column : 0)));
          });
          assert.deepEqual([...result.values], expected);
          finish(left, right, result);
        }
      }
    });

    it('sums of long axes lose little to rounding', () => {
      for (const [blocks, length, columns, chunk] of [
        [3, 1001, 1, 1001],
        [2, 10_000, 1, 4096],
        [2, 1000, 19, 256],
        [1, 77, 64, 77],
      ] as const) {
        const source = guarded(machine(), randomValues(blocks * length * columns, 'source').map(Math.abs));
        const chunks = Math.ceil(length / chunk);
        const result = guarded(machine(), blocks * chunks * columns);
        machine().run(reductions.sum, {
          source: source.address,
          result: result.address,
          blocks,
          length,
          columns,
          chunk,
        });
        const expected = new Float64Array(result.values.length);
        source.values.forEach((value, i) => {
          const row = Math.floor(i / columns);
          const part = Math.floor(row / length) * chunks + Math.floor((row % length) / chunk);
          expected[part * columns + (i % columns)] = at(expected, part * columns + (i % columns)) + value;
        });
        assert.ok(relativeError(result.values, expected) < 2e-6);
        finish(source, result);
      }
    });

    it('batch norm: moments, activation and gradients against float64, for any number of channels', () => {
      for (const [rows, channels, chunk] of [
        [1, 1, 8],
        [50, 3, 16],
        [333, 16, 100],
        [1000, 29, 256],
      ] as const) {
        checkBatchNorm(machine(), rows, channels, chunk);
      }
    });

    it('a mean far from zero does not spoil the variance', () => {
      const [rows, channels, chunk] = [4096, 8, 512];
      const x = guarded(
        machine(),
        randomValues(rows * channels, 'far').map(value => 1000 + value),
      );
      const moments = guarded(machine(), 2 * 8 * channels);
      const [mean, variance] = [guarded(machine(), channels), guarded(machine(), channels)];
      machine().run(channelMoments, { x: x.address, moments: moments.address, rows, channels, chunk });
      machine().run(joinMoments, {
        moments: moments.address,
        rows,
        channels,
        chunk,
        mean: mean.address,
        variance: variance.address,
      });
      const expected = moments64(x.values, rows, channels);
      assert.ok(relativeError(mean.values, expected.mean) < 1e-6);
      const error = relativeError(variance.values, expected.variance);
      assert.ok(error < 5e-5, `relative error ${error}`);
      finish(x, moments, mean, variance);
    });

    it('nothing is written beyond the end by copies, fills and pools', () => {
      const source = guarded(machine(), randomValues(3 * 5 * 7, 'source'));
      const target = guarded(machine(), 3 * 5 * 7);
      const rest = { size2: 1, size3: 1, source2: 0, source3: 0, target2: 0, target3: 0 };
      machine().run(copyStrided, {
        source: source.address,
        target: target.address,
        count: 7,
        sourceStep: 4,
        size0: 5,
        size1: 3,
        source0: 28,
        source1: 140,
        target0: 84,
        target1: 28,
        ...rest,
      });
      const transposed = range(105).map(i => {
        const [row, block, column] = [Math.floor(i / 21), Math.floor(i / 7) % 3, i % 7];
        return at(source.values, (block * 5 + row) * 7 + column);
      });
      assert.deepEqual([...target.values], transposed);
      machine().run(fill, { target: target.address, count: 105, value: 0x3f800000 });
      assert.ok(target.values.every(value => value === 1));
      const pool = {
        batch: 1,
        height: 3,
        width: 5,
        channels: 7,
        outHeight: 1,
        outWidth: 2,
        windowHeight: 2,
        windowWidth: 2,
        strideHeight: 2,
        strideWidth: 2,
      };
      const [result, gradient] = [guarded(machine(), 14), guarded(machine(), randomValues(14, 'dy'))];
      machine().run(maxPool, { ...pool, images: source.address, result: result.address });
      machine().run(averagePool, { ...pool, images: source.address, result: result.address });
      const images = { imagesGradient: target.address, gradient: gradient.address };
      machine().run(averagePoolGradient, { ...pool, ...images });
      machine().run(maxPoolGradient, { ...pool, ...images, images: source.address });
      assert.equal([...target.values].filter(value => value !== 0).length, 14);
      finish(source, target, result, gradient);
    });
  });
}

describe('Results do not depend on', () => {
  /** Bits of a large pass of each kind. */
  async function resultsOf(options: Parameters<typeof openMachine>[0]): Promise<Int32Array[]> {
    const machine = await openMachine(options);
    const count = 300_000;
    const [rows, channels] = [count / 24, 24];
    const [x, dy] = [machine.allocate(4 * count), machine.allocate(4 * count)];
    machine.floats(x, count).set(randomValues(count, 'x'));
    machine.floats(dy, count).set(randomValues(count, 'dy'));
    const small = machine.allocate(4096);
    machine.floats(small, 1024).set(randomValues(1024, 'small'));
    const results: Int32Array[] = [];
    const run = <Field extends string>(operation: Operation<Field>, args: Arguments<Field>): void => {
      const result = machine.allocate(4 * count);
      machine.floats(result, count).fill(0);
      const given = Object.entries<number>(args).map(([name, value]) => [
        name,
        value === -1 ? result : value,
      ]);
      machine.run(operation, Object.fromEntries(given));
      results.push(machine.integers(result, count).slice());
      machine.release(result);
    };
    run(unary.exp, { x, result: -1, count, p: 0, q: 0 });
    run(triple.momentum, { x, y: dy, z: x, result: -1, count, p: 0.9, q: 0.1 });
    run(scaleShiftRelu, { x, scale: small, shift: small + 1024, y: -1, rows, channels });
    run(channelMoments, { x, moments: -1, rows, channels, chunk: 100 });
    const sums = { x, dy, scale: small, shift: small + 1024, mean: small + 2048, rows, channels };
    run(batchNormGradientSums, { ...sums, sums: -1, chunk: 100 });
    run(reductions.sum, { source: x, result: -1, blocks: 5, length: count / 5, columns: 1, chunk: 4096 });
    await machine.close();
    return results;
  }

  it('the number of threads', async () => {
    const [one, two, three] = [
      await resultsOf({ threads: 1 }),
      await resultsOf({ threads: 2 }),
      await resultsOf({ threads: 3 }),
    ];
    assert.deepEqual(two, one);
    assert.deepEqual(three, one);
  });

  it('whether V8 joins vectors to wider ones', async () => {
    const [narrow, wide] = [await resultsOf({ revectorize: false }), await resultsOf({ revectorize: true })];
    assert.deepEqual(wide, narrow);
  });
});

function finish(...buffers: readonly Guarded[]): void {
  for (const buffer of buffers) {
    buffer.check();
    buffer.release();
  }
}

function moments64(x: Float32Array, rows: number, channels: number) {
  const mean = range(channels).map(
    c => range(rows).reduce((sum, row) => sum + at(x, row * channels + c), 0) / rows,
  );
  const variance = range(channels).map(
    c => range(rows).reduce((sum, row) => sum + (at(x, row * channels + c) - at(mean, c)) ** 2, 0) / rows,
  );
  return { mean, variance };
}

function checkBatchNorm(machine: SimdMachine, rows: number, channels: number, chunk: number): void {
  const count = rows * channels;
  const of = (purpose: string, size: number): Guarded =>
    guarded(machine, randomValues(size, `${purpose} ${rows} ${channels}`));
  const [x, dy] = [of('x', count), of('dy', count)];
  const [scale, shift, slope, offset] = ['scale', 'shift', 'slope', 'offset'].map(name =>
    of(name, channels),
  ) as [Guarded, Guarded, Guarded, Guarded];
  const [mean, variance] = [guarded(machine, channels), guarded(machine, channels)];
  const [moments, sums] = [0, 1].map(() => guarded(machine, 2 * Math.ceil(rows / chunk) * channels)) as [
    Guarded,
    Guarded,
  ];
  const [y, dx, biased] = [0, 1, 2].map(() => guarded(machine, count)) as [Guarded, Guarded, Guarded];
  const shape = { rows, channels };
  machine.run(channelMoments, { x: x.address, moments: moments.address, chunk, ...shape });
  const places = { mean: mean.address, variance: variance.address };
  machine.run(joinMoments, { moments: moments.address, chunk, ...places, ...shape });
  const expected = moments64(x.values, rows, channels);
  assert.ok(relativeError(mean.values, expected.mean) < 2e-6);
  if (rows > 1) assert.ok(relativeError(variance.values, expected.variance) < 2e-6);

  const factors = { scale: scale.address, shift: shift.address };
  machine.run(scaleShiftRelu, { x: x.address, y: y.address, ...factors, ...shape });
  machine.run(biasRelu, { x: x.address, y: biased.address, bias: shift.address, ...shape });
  const pre = Array.from(
    x.values,
    (value, i) => value * at(scale.values, i % channels) + at(shift.values, i % channels),
  );
  assert.ok(
    relativeError(
      y.values,
      pre.map(value => Math.max(value, 0)),
    ) < 3e-7,
  );
  const withBias = Array.from(x.values, (value, i) => Math.max(value + at(shift.values, i % channels), 0));
  assert.ok(relativeError(biased.values, withBias) < 3e-7);

  const g = pre.map((value, i) => (value > 0 ? at(dy.values, i) : 0));
  machine.run(scaleReluGradient, {
    dy: dy.address,
    y: y.address,
    scale: scale.address,
    dx: dx.address,
    ...shape,
  });
  const scaled = g.map((value, i) => value * at(scale.values, i % channels));
  assert.ok(relativeError(dx.values, scaled) < 3e-7);

  const both = { x: x.address, dy: dy.address, ...factors, ...shape };
  machine.run(batchNormGradientSums, { ...both, mean: mean.address, sums: sums.address, chunk });
  const totals = new Float64Array(2 * channels);
  const expectedTotals = new Float64Array(2 * channels);
  sums.values.forEach((value, i) => {
    totals[i % (2 * channels)] = at(totals, i % (2 * channels)) + value;
  });
  g.forEach((value, i) => {
    const c = i % channels;
    expectedTotals[c] = at(expectedTotals, c) + value;
    expectedTotals[channels + c] =
      at(expectedTotals, channels + c) + value * (at(x.values, i) - at(mean.values, c));
  });
  assert.ok(relativeError(totals, expectedTotals) < 5e-6);

  const line = { slope: slope.address, offset: offset.address };
  machine.run(batchNormGradient, { ...both, ...line, dx: dx.address });
  const combined = g.map((value, i) => {
    const c = i % channels;
    return at(scale.values, c) * value + at(slope.values, c) * at(x.values, i) + at(offset.values, c);
  });
  assert.ok(relativeError(dx.values, combined) < 5e-7);
  finish(x, dy, scale, shift, slope, offset, mean, variance, moments, sums, y, dx, biased);
}
