import assert from 'node:assert/strict';
import {
  abs,
  add,
  addN,
  argMax,
  avgPool,
  cast,
  clipByValue,
  concat,
  conv2d,
  div,
  equal,
  exp,
  fill,
  gather,
  grad,
  grads,
  greater,
  greaterEqual,
  less,
  lessEqual,
  log,
  logicalAnd,
  logicalNot,
  logicalOr,
  logSoftmax,
  matMul,
  max,
  maximum,
  maxPool,
  mean,
  min,
  minimum,
  mul,
  neg,
  norm,
  notEqual,
  oneHot,
  onesLike,
  pad,
  reciprocal,
  relu,
  reshape,
  rsqrt,
  setBackend,
  sign,
  slice,
  softmax,
  sqrt,
  square,
  squaredDifference,
  step,
  sub,
  sum,
  type Tensor,
  type Tensor4D,
  tensor,
  tensor1d,
  tidy,
  tile,
  topk,
  transpose,
  where,
  zerosLike,
} from '@tensorflow/tfjs-core';
import type { EngineName, EngineOptions } from '../../../extension/trainer/engine/engine';
import { integers } from '../../../extension/trainer/random/draws';
import { derive, rootKey } from '../../../extension/trainer/random/key';
import { randomValues, relativeError } from '../engine/simd/support/buffers';
import { onEngine } from './engine';

type Shape = readonly number[];

const drawn = (shape: Shape, purpose: string): Tensor =>
  tensor(
    randomValues(
      shape.reduce((product, size) => product * size, 1),
      purpose,
    ),
    [...shape],
  );

const positive = (shape: Shape, purpose: string): Tensor => add(abs(drawn(shape, purpose)), 0.1);

/** Small whole numbers, so that equal ones occur. */
const coarse = (shape: Shape, purpose: string): Tensor =>
  clipByValue(cast(cast(mul(drawn(shape, purpose), 2), 'int32'), 'float32'), -2, 2);

/** Numbers in [least, least + count). */
const sizes = (purpose: string, count: number, least: number, bound: number): number[] =>
  Array.from(integers(derive(rootKey(7), purpose), count, bound), value => value + least);

const shapes: readonly Shape[] = [
  [],
  [1],
  [7],
  [16],
  [3, 5],
  [4, 8],
  [2, 3, 17],
  [2, 4, 5, 3],
  [2, 6, 6, 16],
  [1, 1, 1, 9],
  [200, 173],
];

type Compute = () => Tensor | Tensor[];

/** Fails unless the computation gives the same on the backend as in plain JavaScript: exactly, or to rounding. */
async function agreeOn(
  backendName: string,
  what: string,
  compute: Compute,
  tolerance: number,
): Promise<void> {
  const run = async (name: string) => {
    await setBackend(name);
    const results = tidy(() => [compute()].flat());
    const found = results.map(result => ({
      shape: result.shape,
      dtype: result.dtype,
      values: Array.from(result.dataSync() as Float32Array),
    }));
    for (const result of results) result.dispose();
    return found;
  };
  const expected = await run('cpu');
  const found = await run(backendName);
  assert.deepEqual(
    found.map(({ shape, dtype }) => [shape, dtype]),
    expected.map(({ shape, dtype }) => [shape, dtype]),
    what,
  );
  found.forEach(({ values }, i) => {
    const right = expected[i]?.values ?? [];
    const finite = right.every(Number.isFinite);
    if (tolerance === 0 || !finite) {
      assert.deepEqual(
        values.map(value => value + 0),
        right.map(value => value + 0),
        what,
      );
    } else {
      const error = relativeError(values, right);
      assert.ok(error <= tolerance, `${what}: relative error ${error}`);
    }
  });
}

interface Conformance {
  readonly wishes?: Partial<EngineOptions>;
  /** Whether numbers below the smallest normal one, 1.2e-38, count for zero. */
  readonly flushesDenormals?: boolean;
}

/** Specs that every kernel of the trainer gives on an engine what it gives in plain JavaScript. */
export function describeConformance(engine: EngineName, conformance: Conformance = {}): void {
  describe(`The ${engine} engine agrees with plain JavaScript`, () => specifyKernels(engine, conformance));
}

function specifyKernels(engine: EngineName, { wishes = {}, flushesDenormals = false }: Conformance): void {
  const agree = (what: string, compute: Compute, tolerance = 1e-5) =>
    agreeOn(engine, what, compute, tolerance);
  onEngine('cpu');
  onEngine(engine, wishes);

  const unaries: readonly [string, (x: Tensor) => Tensor, (shape: Shape, purpose: string) => Tensor][] = [
    ['abs', abs, drawn],
    ['exp', exp, drawn],
    ['log', log, positive],
    ['neg', neg, drawn],
    ['sqrt', sqrt, positive],
    ['rsqrt', rsqrt, positive],
    ['square', square, drawn],
    ['reciprocal', reciprocal, positive],
    ['sign', sign, coarse],
    ['relu', relu, drawn],
    ['step', x => step(x, 0.5), coarse],
    ['clip', x => clipByValue(x, -0.3, 0.4), drawn],
    ['logicalNot', x => logicalNot(cast(x, 'bool')), coarse],
    ['zerosLike', zerosLike, drawn],
    ['onesLike', onesLike, drawn],
    ['float to int', x => cast(x, 'int32'), coarse],
    ['int to float', x => cast(cast(x, 'int32'), 'float32'), coarse],
    ['bool to float', x => cast(greater(x, 0), 'float32'), coarse],
    ['bool to int', x => cast(greater(x, 0), 'int32'), coarse],
  ];
  for (const [name, compute, input] of unaries) {
    it(name, async () => {
      for (const shape of shapes) await agree(`${name} of [${shape}]`, () => compute(input(shape, name)));
    });
  }

  it('numbers at the edges: zeros, infinities, NaN, denormals', async () => {
    const edges = [
      0,
      -0,
      1e-40,
      -1e-40,
      1e-45,
      3.4e38,
      -3.4e38,
      Infinity,
      -Infinity,
      NaN,
      1,
      88,
      89,
      -87,
      -104,
      -120,
    ].filter(edge => !flushesDenormals || edge === 0 || !(Math.abs(edge) < 2 ** -126));
    const values = () => tensor1d(edges);
    for (const [name, compute] of [
      ['sign', sign],
      ['step', step],
      ['relu', relu],
      ['sqrt', sqrt],
      ['abs', abs],
    ] as const) {
      await agree(name, () => compute(values()), 0);
    }
    await agree(
      'comparison',
      () => [greater(values(), 0), equal(values(), values()), lessEqual(values(), 1)],
      0,
    );
    await setBackend(engine);
    const powers = exp(values()).dataSync();
    const logarithms = log(values()).dataSync();
    edges.forEach((edge, i) => {
      const close = (found: number | undefined, right: number): boolean =>
        Object.is(found, right) || Math.abs((found ?? NaN) - right) <= 3e-7 * Math.abs(right) + 2e-45;
      const power = Math.fround(Math.exp(edge));
      assert.ok(close(powers[i], power), `exp(${edge}) is ${powers[i]}, and ${power} is right`);
      const logarithm = Math.fround(Math.log(Math.fround(edge)));
      assert.ok(
        close(logarithms[i], logarithm),
        `log(${edge}) is ${logarithms[i]}, and ${logarithm} is right`,
      );
    });
  });

  const pairs: readonly [Shape, Shape][] = [
    [[7], [7]],
    [
      [200, 173],
      [200, 173],
    ],
    [[5, 3], []],
    [[], [5, 3]],
    [[2, 4, 5, 3], [3]],
    [[16], [2, 3, 3, 16]],
    [
      [6, 10],
      [6, 1],
    ],
    [
      [6, 1],
      [6, 10],
    ],
    [
      [6, 1],
      [1, 10],
    ],
    [
      [3, 1, 1, 1],
      [3, 4, 4, 2],
    ],
    [
      [3, 4, 4, 2],
      [3, 1, 1, 2],
    ],
    [
      [3, 1, 4, 1],
      [1, 5, 1, 2],
    ],
    [
      [1, 4, 1, 2],
      [3, 4, 5, 2],
    ],
    [[64, 32, 32], [32]],
  ];
  const binaries: readonly [string, (a: Tensor, b: Tensor) => Tensor, number][] = [
    ['add', add, 0],
    ['sub', sub, 0],
    ['mul', mul, 0],
    ['div', div, 0],
    ['maximum', maximum, 0],
    ['minimum', minimum, 0],
    ['squaredDifference', squaredDifference, 1e-6],
    ['equal', equal, 0],
    ['notEqual', notEqual, 0],
    ['greater', greater, 0],
    ['greaterEqual', greaterEqual, 0],
    ['less', less, 0],
    ['lessEqual', lessEqual, 0],
    ['logicalAnd', (a, b) => logicalAnd(cast(a, 'bool'), cast(b, 'bool')), 0],
    ['logicalOr', (a, b) => logicalOr(cast(a, 'bool'), cast(b, 'bool')), 0],
  ];
  for (const [name, compute, tolerance] of binaries) {
    it(`${name}, whatever is repeated along which axis`, async () => {
      for (const [a, b] of pairs) {
        const input = name.match(/qual|ess|reat|logical/) ? coarse : drawn;
        await agree(`${name} of [${a}] and [${b}]`, () => compute(input(a, 'a'), input(b, 'b')), tolerance);
      }
    });
  }

  it('whole numbers and sums of several tensors', async () => {
    const whole = (shape: Shape, purpose: string) => cast(mul(drawn(shape, purpose), 100), 'int32');
    await agree('int32', () => [add(whole([3, 5], 'a'), whole([5], 'b')), sum(whole([9], 'c'))], 0);
    await agree('addN', () => addN([drawn([3, 5], 'a'), drawn([3, 5], 'b'), drawn([3, 5], 'c')]), 1e-6);
  });

  it('where, with the condition of the same shape or of none', async () => {
    for (const shape of shapes) {
      await agree(
        `where of [${shape}]`,
        () => where(greater(drawn(shape, 'c'), 0), drawn(shape, 'a'), drawn(shape, 'b')),
        0,
      );
    }
    await agree(
      'where of rows',
      () => where(tensor1d([1, 0, 1], 'bool'), drawn([3], 'a'), drawn([3], 'b')),
      0,
    );
  });

  it('reductions along every set of axes, with axes kept and without', async () => {
    const all: readonly Shape[] = [[5], [33000], [4, 9], [6, 3, 8], [3, 5, 4, 7], [2, 300, 3, 16], [9000, 3]];
    for (const shape of all) {
      for (let set = 0; set < 1 << shape.length; set++) {
        const axes = shape.map((_, axis) => axis).filter(axis => set & (1 << axis));
        const keep = set % 2 === 0;
        const x = () => drawn(shape, 'reduce');
        await agree(`sum of [${shape}] along ${axes}`, () => sum(x(), axes, keep), 5e-6);
        await agree(`mean of [${shape}] along ${axes}`, () => mean(x(), axes, keep), 5e-6);
        await agree(
          `extremes of [${shape}] along ${axes}`,
          () => [max(x(), axes, keep), min(x(), axes, keep)],
          0,
        );
      }
    }
    await agree('norm', () => norm(drawn([50, 70], 'norm')));
    await agree(
      'argMax',
      () => [argMax(coarse([40, 10], 'x'), 1), argMax(drawn([40, 10], 'x'), 0), argMax(drawn([9], 'y'))],
      0,
    );
    await agree('sum of bool', () => sum(greater(drawn([40, 10], 'x'), 0)), 0);
  });

  it('softmax, its logarithm, one-hot rows and ranks', async () => {
    const z = () => mul(drawn([9, 10], 'z'), 5);
    await agree('softmax', () => [softmax(z()), logSoftmax(z())]);
    await agree('oneHot', () => oneHot(tensor1d([3, 0, 9, 12, -1], 'int32'), 10), 0);
    await agree('topk', () => Object.values(topk(z(), 3)) as Tensor[], 0);
  });

  it('moves: transpose, slice, pad, concat, tile, gather, reshape, fill', async () => {
    const orders = [
      [0, 1, 2, 3],
      [3, 1, 0, 2],
      [0, 3, 1, 2],
      [0, 2, 3, 1],
      [2, 3, 1, 0],
      [3, 2, 0, 1],
      [1, 0, 3, 2],
    ];
    const x = () => drawn([3, 5, 4, 7], 'x');
    for (const order of orders) await agree(`transpose ${order}`, () => transpose(x(), order), 0);
    await agree(
      'transpose',
      () => [transpose(drawn([5, 9], 'm')), transpose(cast(coarse([5, 9], 'm'), 'int32'))],
      0,
    );
    for (let trial = 0; trial < 20; trial++) {
      const begin = sizes(`begin ${trial}`, 4, 0, 3);
      const size = sizes(`size ${trial}`, 4, 1, 1);
      await agree(`slice from ${begin}`, () => slice(x(), begin, size), 0);
      const padding = sizes(`pad ${trial}`, 8, 0, 3);
      const sides = [0, 2, 4, 6].map((i): [number, number] => [padding[i] ?? 0, padding[i + 1] ?? 0]);
      await agree(`pad ${padding}`, () => pad(x(), sides, trial), 0);
    }
    await agree('slice of the rest', () => [slice(x(), [1, 0, 2, 0], [-1, 3, -1, 5]), slice(x(), 1, 2)], 0);
    for (const axis of [0, 1, 2, 3]) {
      const shape = [3, 5, 4, 7].map((size, i) => (i === axis ? 2 : size));
      await agree(`concat along ${axis}`, () => concat([x(), drawn(shape, 'y'), x()], axis), 0);
    }
    await agree(
      'tile',
      () => [tile(x(), [2, 1, 3, 1]), tile(drawn([6, 1], 'c'), [1, 10]), tile(drawn([3], 'd'), [4])],
      0,
    );
    await agree('gather', () => gather(x(), tensor1d([2, 0, 2, 1], 'int32')), 0);
    await agree('gather columns', () => gather(x(), tensor1d([2, 0, 2, 1], 'int32'), 2), 0);
    await agree('reshape', () => [reshape(x(), [-1, 7]), fill([3, 2], 2.5), fill([2], 3, 'int32')], 0);
    await agree(
      'nothing at all',
      () => [add(drawn([0, 3], 'e'), 1), concat([drawn([0, 3], 'e'), drawn([2, 3], 'f')])],
      0,
    );
  });

  it('pools and their gradients, windows overlapping or not, padded or not', async () => {
    for (let trial = 0; trial < 24; trial++) {
      const [batch = 1, height = 6, width = 6, channels = 1] = [
        ...sizes(`batch ${trial}`, 1, 1, 3),
        ...sizes(`side ${trial}`, 2, 4, 6),
        ...sizes(`channels ${trial}`, 1, 1, 20),
      ];
      const [window = 2, stride = 2] = trial % 3 === 0 ? [2, 2] : sizes(`window ${trial}`, 2, 1, 3);
      const padding = trial % 5 === 4 ? 'same' : 'valid';
      const what = `[${[batch, height, width, channels]}] by ${window}, stride ${stride}, ${padding}`;
      const x = () => drawn([batch, height, width, channels], 'x') as Tensor4D;
      const coarseX = () => coarse([batch, height, width, channels], 'x') as Tensor4D;
      await agree(`maxPool of ${what}`, () => maxPool(x(), window, stride, padding), 0);
      await agree(`avgPool of ${what}`, () => avgPool(x(), window, stride, padding), 1e-6);
      const weighed = (y: Tensor) => sum(mul(y, drawn(y.shape, 'dy')));
      // Plain JavaScript gives the gradient of equal numbers to the last of them, so no two are equal here.
      await agree(
        `gradient of maxPool of ${what}`,
        () => grad((z: Tensor) => weighed(maxPool(z as Tensor4D, window, stride, padding)))(x()),
        1e-6,
      );
      // Plain JavaScript leaves padding out of an average but not out of its gradient; no model pads one.
      if (padding === 'same') continue;
      await agree(
        `gradient of avgPool of ${what}`,
        () => grad((z: Tensor) => weighed(avgPool(z as Tensor4D, window, stride, padding)))(coarseX()),
        1e-6,
      );
    }
  });

  it('products of matrices, transposed or not, in batches', async () => {
    for (const [rows, depth, columns] of [
      [1, 1, 1],
      [5, 7, 3],
      [64, 200, 10],
      [17, 33, 65],
    ] as const) {
      for (const [left, right] of [
        [false, false],
        [true, false],
        [false, true],
        [true, true],
      ] as const) {
        for (const batch of [[], [3]]) {
          const a = () => drawn([...batch, ...(left ? [depth, rows] : [rows, depth])], 'a');
          const b = () => drawn([...batch, ...(right ? [columns, depth] : [depth, columns])], 'b');
          await agree(`[${batch}] ${rows} x ${depth} x ${columns}`, () => matMul(a(), b(), left, right));
        }
      }
    }
  });

  it('convolutions and their gradients as layers use them', async () => {
    for (const [channels, outputs, kernel, stride, padding] of [
      [3, 16, 3, 1, 'same'],
      [16, 16, 3, 1, 'same'],
      [9, 20, 3, 1, 'valid'],
      [16, 24, 3, 2, 'valid'],
      [16, 24, 1, 2, 'valid'],
      [5, 6, 5, 1, 'same'],
    ] as const) {
      const loss = (x: Tensor, filter: Tensor) => {
        const y = conv2d(x as Tensor4D, filter as Tensor4D, stride, padding);
        return sum(mul(y, drawn(y.shape, 'dy')));
      };
      const inputs = () => [drawn([2, 9, 8, channels], 'x'), drawn([kernel, kernel, channels, outputs], 'w')];
      const what = `${kernel}x${kernel} from ${channels} to ${outputs}, stride ${stride}, ${padding}`;
      await agree(what, () => [loss(...(inputs() as [Tensor, Tensor])), ...grads(loss)(inputs())], 3e-5);
    }
  });
}
