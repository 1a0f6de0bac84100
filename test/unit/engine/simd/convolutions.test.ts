import assert from 'node:assert/strict';
import {
  Convolutions,
  type WinogradChoice,
} from '../../../../extension/trainer/engine/simd/convolution/convolutions';
import type { MachineOptions, SimdMachine } from '../../../../extension/trainer/engine/simd/machine';
import { integers } from '../../../../extension/trainer/random/draws';
import { derive, rootKey } from '../../../../extension/trainer/random/key';
import { type Guarded, guarded, poison, randomValues, relativeError } from './support/buffers';
import * as reference from './support/convolution';
import { type ConvolutionCase, geometryOf, sizesOf } from './support/convolution';
import { builds, onMachine, openMachine } from './support/machines';

/** 3x3 filters at stride 1: sizes around the tiles' and the panels', every padding. */
const winogradCases: readonly ConvolutionCase[] = [
  { height: 8, width: 8, inputs: 16, outputs: 16, filter: [3, 3], pad: [1, 1, 1, 1], batch: 3 },
  { height: 1, width: 1, inputs: 8, outputs: 8, filter: [3, 3], pad: [1, 1, 1, 1] },
  { height: 3, width: 5, inputs: 9, outputs: 17, filter: [3, 3] },
  { height: 7, width: 6, inputs: 24, outputs: 40, filter: [3, 3], pad: [1, 1, 1, 1], batch: 2 },
  { height: 5, width: 9, inputs: 13, outputs: 33, filter: [3, 3], pad: [2, 2, 2, 2], batch: 2 },
  { height: 10, width: 4, inputs: 15, outputs: 8, filter: [3, 3], pad: [0, 1, 2, 0], batch: 3 },
  { height: 28, width: 28, inputs: 32, outputs: 31, filter: [3, 3], batch: 2 },
  { height: 13, width: 29, inputs: 19, outputs: 16, filter: [3, 3], pad: [1, 1, 1, 1], batch: 5 },
  { height: 4, width: 4, inputs: 272, outputs: 264, filter: [3, 3], pad: [1, 1, 1, 1], batch: 4 },
];

/** Everything that goes through products of patches. */
const directCases: readonly ConvolutionCase[] = [
  { height: 8, width: 8, inputs: 3, outputs: 16, filter: [3, 3], pad: [1, 1, 1, 1], batch: 2 },
  {
    height: 9,
    width: 7,
    inputs: 16,
    outputs: 32,
    filter: [3, 3],
    stride: [2, 2],
    pad: [1, 1, 1, 1],
    batch: 2,
  },
  { height: 8, width: 8, inputs: 16, outputs: 20, filter: [3, 3], stride: [2, 2], pad: [0, 1, 0, 1] },
  { height: 6, width: 5, inputs: 16, outputs: 48, filter: [1, 1], batch: 3 },
  { height: 6, width: 5, inputs: 7, outputs: 5, filter: [1, 1] },
  { height: 7, width: 7, inputs: 12, outputs: 18, filter: [1, 1], stride: [2, 2], batch: 2 },
  { height: 8, width: 9, inputs: 4, outputs: 3, filter: [1, 1], stride: [3, 2] },
  { height: 28, width: 28, inputs: 1, outputs: 32, filter: [5, 5], pad: [2, 2, 2, 2], batch: 2 },
  { height: 11, width: 12, inputs: 6, outputs: 10, filter: [5, 5], stride: [2, 3], pad: [1, 2, 0, 3] },
  { height: 9, width: 9, inputs: 3, outputs: 2, filter: [7, 7], stride: [2, 2], pad: [3, 3, 3, 3], batch: 2 },
  { height: 5, width: 6, inputs: 5, outputs: 1, filter: [2, 4], pad: [1, 0, 2, 1], batch: 2 },
  { height: 2, width: 2, inputs: 5, outputs: 9, filter: [5, 5], pad: [4, 4, 4, 4] },
  { height: 6, width: 6, inputs: 160, outputs: 24, filter: [3, 3], stride: [2, 2], pad: [1, 1, 1, 1] },
  { height: 5, width: 4, inputs: 400, outputs: 20, filter: [3, 3], stride: [2, 2], pad: [1, 1, 1, 1] },
  { height: 5, width: 4, inputs: 18, outputs: 390, filter: [2, 2], stride: [2, 2] },
  { height: 13, width: 11, inputs: 3, outputs: 24, filter: [3, 3], pad: [1, 1, 1, 1], batch: 17 },
  { height: 9, width: 10, inputs: 2, outputs: 16, filter: [3, 3], pad: [2, 0, 1, 2] },
  { height: 6, width: 2, inputs: 3, outputs: 8, filter: [3, 3], pad: [1, 1, 1, 1], batch: 2 },
  { height: 7, width: 4, inputs: 1, outputs: 12, filter: [3, 2], batch: 3 },
  { height: 4, width: 4, inputs: 1, outputs: 8, filter: [1, 1], pad: [1, 1, 1, 1] },
];

/** Relative to the largest expected number. */
const bounds: Readonly<Record<WinogradChoice, number>> = { '4x4': 3e-5, '2x2': 3e-6, off: 2e-6 };

interface Arrays {
  readonly images: Float32Array;
  readonly filters: Float32Array;
  readonly gradient: Float32Array;
}

function arraysOf(sizes: ConvolutionCase): Arrays {
  const counts = sizesOf(geometryOf(sizes));
  return {
    images: randomValues(counts.images, 'images'),
    filters: randomValues(counts.filters, 'filters'),
    gradient: randomValues(counts.results, 'gradient'),
  };
}

interface Results {
  readonly result: Float32Array;
  readonly imagesGradient: Float32Array;
  readonly filtersGradient: Float32Array;
}

/** The convolution and both gradients, with guards around every array. */
function compute(machine: SimdMachine, winograd: WinogradChoice, sizes: ConvolutionCase): Results {
  const geometry = geometryOf(sizes);
  const convolutions = new Convolutions(machine, winograd);
  const arrays = arraysOf(sizes);
  const images = guarded(machine, arrays.images);
  const filters = guarded(machine, arrays.filters);
  const gradient = guarded(machine, arrays.gradient);
  const result = guarded(machine, arrays.gradient.length);
  const imagesGradient = guarded(machine, arrays.images.length);
  const filtersGradient = guarded(machine, arrays.filters.length);
  convolutions.forward(geometry, images.address, filters.address, result.address);
  convolutions.inputGradient(geometry, gradient.address, filters.address, imagesGradient.address);
  convolutions.filterGradient(geometry, images.address, gradient.address, filtersGradient.address);
  const take = ({ values }: Guarded): Float32Array => Float32Array.from(values);
  const found = {
    result: take(result),
    imagesGradient: take(imagesGradient),
    filtersGradient: take(filtersGradient),
  };
  for (const buffer of [images, filters, gradient, result, imagesGradient, filtersGradient]) {
    buffer.check();
    buffer.release();
  }
  return found;
}

/** Fixed numbers in place of chance: each a whole number from 0 to before `bound`. */
function fuzzedCases(count: number): ConvolutionCase[] {
  const numbers = integers(derive(rootKey(7), 'convolutions'), 12 * count, 1 << 16);
  return Array.from({ length: count }, (_, i) => {
    let next = 12 * i;
    const below = (bound: number): number => (numbers[next++] ?? 0) % bound;
    const winograd = i % 2 === 0;
    const filter = winograd ? ([3, 3] as const) : ([1 + below(5), 1 + below(5)] as const);
    const stride = winograd ? ([1, 1] as const) : ([1 + below(3), 1 + below(3)] as const);
    const pad = [below(3), below(3), below(3), below(3)] as const;
    const size = (taps: number): number => taps + below(12);
    const channels = (): number => 1 + below(winograd ? 50 : 37);
    const [height, width] = [size(filter[0]), size(filter[1])];
    return {
      batch: 1 + (i % 3),
      height,
      width,
      inputs: channels(),
      outputs: channels(),
      filter,
      stride,
      pad,
    };
  });
}

const named = ({ batch = 1, height, width, inputs, outputs, filter, stride, pad }: ConvolutionCase): string =>
  `${batch} x ${height}x${width}, ${inputs} to ${outputs} channels, ${filter.join('x')}` +
  `${stride ? ` stride ${stride}` : ''}${pad ? ` pad ${pad}` : ''}`;

for (const build of builds) {
  describe(`Convolutions, ${build} kernels`, () => {
    const machine = onMachine({ build, threads: 2, revectorize: true });

    before(() => poison(machine()));

    const check = (winograd: WinogradChoice, sizes: ConvolutionCase): void => {
      const geometry = geometryOf(sizes);
      const { images, filters, gradient } = arraysOf(sizes);
      const found = compute(machine(), winograd, sizes);
      const errors = {
        result: relativeError(found.result, reference.forward(geometry, images, filters)),
        'gradient of the images': relativeError(
          found.imagesGradient,
          reference.inputGradient(geometry, gradient, filters),
        ),
        'gradient of the filters': relativeError(
          found.filtersGradient,
          reference.filterGradient(geometry, images, gradient),
        ),
      };
      for (const [name, error] of Object.entries(errors)) {
        const bound = bounds[winograd];
        assert.ok(error <= bound, `${named(sizes)}: error of the ${name} is ${error}, at most ${bound}`);
      }
    };

    for (const winograd of ['4x4', '2x2', 'off'] as const) {
      for (const sizes of winogradCases) {
        it(`are right with Winograd ${winograd}: ${named(sizes)}`, () => check(winograd, sizes));
      }
    }

    for (const sizes of directCases) it(`are right: ${named(sizes)}`, () => check('4x4', sizes));

    it('are right for sizes, strides and paddings at random', () => {
      for (const sizes of fuzzedCases(60)) check('4x4', sizes);
    });
  });
}

describe('Convolutions', () => {
  const cases = [...winogradCases.slice(3, 8), ...directCases.slice(0, 3), ...directCases.slice(8)];

  /** Bits of every case with these options. */
  const bitsOf = async (options: Partial<MachineOptions>): Promise<Uint32Array[]> => {
    const machine = await openMachine(options);
    try {
      return cases
        .flatMap(sizes => Object.values<Float32Array>({ ...compute(machine, '4x4', sizes) }))
        .map(values => new Uint32Array(values.buffer));
    } finally {
      await machine.close();
    }
  };

  it('have the same bits for any number of threads', async () => {
    const alone = await bitsOf({ threads: 1 });
    for (const threads of [2, 3]) assert.deepEqual(await bitsOf({ threads }), alone);
  });

  it("have the same bits with and without V8's revectorizer", async () => {
    assert.deepEqual(await bitsOf({ revectorize: true }), await bitsOf({ revectorize: false }));
  });

  const machine = onMachine({ threads: 2 });

  it('keep transformed filters until their version changes', () => {
    const sizes = winogradCases[0] ?? assert.fail();
    const geometry = geometryOf(sizes);
    const { images, filters } = arraysOf(sizes);
    const convolutions = new Convolutions(machine());
    const [x, w, y] = [images, filters, sizesOf(geometry).results].map(content =>
      guarded(machine(), content),
    ) as [Guarded, Guarded, Guarded];
    const results = [0, 0, 1].map((version, call) => {
      w.values.fill(call);
      convolutions.forward(geometry, x.address, w.address, y.address, { id: 5, version });
      return Float32Array.from(y.values);
    });
    assert.deepEqual(results[1], results[0], 'same version: the filters as they were first seen');
    assert.notDeepEqual(results[2], results[0], 'new version: the filters as they are');
    const { buffers } = machine().memoryUse;
    convolutions.forget(5);
    assert.equal(machine().memoryUse.buffers, buffers - 1);
    for (const buffer of [x, w, y]) buffer.release();
  });

  it('refuse sizes that are not whole numbers, or larger than the memory', () => {
    const convolutions = new Convolutions(machine());
    const geometry = geometryOf(winogradCases[0] ?? assert.fail());
    const run = (change: Partial<typeof geometry>) => () =>
      convolutions.forward({ ...geometry, ...change }, 4096, 4096, 4096);
    assert.throws(run({ inputs: 2.5 }), /inputs is 2.5, and must be a whole number/);
    assert.throws(run({ batch: 0 }), /batch is 0/);
    assert.throws(run({ padTop: -1 }), /padTop is -1/);
    assert.throws(run({ inHeight: 1 << 20, inWidth: 1 << 20 }), /more than 4 GiB/);
  });
});
