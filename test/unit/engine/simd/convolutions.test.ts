import assert from 'node:assert/strict';
import {
  Convolutions,
  type WinogradChoice,
} from '../../../../extension/trainer/engine/simd/convolution/convolutions';
import type { SimdMachine } from '../../../../extension/trainer/engine/simd/machine';
import { type Guarded, guarded, randomValues, relativeError } from './support/buffers';
import * as reference from './support/convolution';
import { type ConvolutionCase, geometryOf, sizesOf } from './support/convolution';
import { builds, onMachine } from './support/machines';

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

const named = ({ batch = 1, height, width, inputs, outputs, filter, stride, pad }: ConvolutionCase): string =>
  `${batch} x ${height}x${width}, ${inputs} to ${outputs} channels, ${filter.join('x')}` +
  `${stride ? ` stride ${stride}` : ''}${pad ? ` pad ${pad}` : ''}`;

for (const build of builds) {
  describe(`Convolutions, ${build} kernels`, () => {
    const machine = onMachine({ build, threads: 2, revectorize: true });

    const check = (winograd: WinogradChoice, sizes: ConvolutionCase): void => {
      const geometry = geometryOf(sizes);
      const { images, filters, gradient } = arraysOf(sizes);
      const found = compute(machine(), winograd, sizes);
      const errors = {
        forward: relativeError(found.result, reference.forward(geometry, images, filters)),
        input: relativeError(found.imagesGradient, reference.inputGradient(geometry, gradient, filters)),
        filter: relativeError(found.filtersGradient, reference.filterGradient(geometry, images, gradient)),
      };
      for (const [name, error] of Object.entries(errors)) {
        assert.ok(error <= bounds[winograd], `${name}: relative error ${error}, at most ${bounds[winograd]}`);
      }
    };

    for (const winograd of ['4x4', '2x2', 'off'] as const) {
      for (const sizes of winogradCases) {
        it(`Winograd ${winograd}: ${named(sizes)}`, () => check(winograd, sizes));
      }
    }

    for (const sizes of directCases) it(`products: ${named(sizes)}`, () => check('4x4', sizes));
  });
}
