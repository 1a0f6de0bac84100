import assert from 'node:assert/strict';
import {
  backend,
  concat,
  conv2d,
  grads,
  mul,
  setBackend,
  slice,
  sum,
  type Tensor,
  type Tensor4D,
  tensor,
  tidy,
} from '@tensorflow/tfjs-core';
import { engineOptions } from '../../../../extension/trainer/engine/assets';
import { openCpu } from '../../../../extension/trainer/engine/cpu';
import type { Engine } from '../../../../extension/trainer/engine/engine';
import type { GpuBackend } from '../../../../extension/trainer/engine/webgpu/backend';
import { halfOfferOf, type Offering } from '../../../../extension/trainer/engine/webgpu/halfOffer';
import { takeTrustedOperands } from '../../../../extension/trainer/engine/webgpu/halfTrial';
import {
  halfOperands,
  matrixOperands,
  type Operands,
  roundedOperands,
} from '../../../../extension/trainer/engine/webgpu/kernels/operands';
import type { Shader } from '../../../../extension/trainer/engine/webgpu/shader';
import { openWebGpu } from '../../../../extension/trainer/engine/webgpu/webgpu';
import { onSwiftShader } from '../../support/swiftShader';
import { drawn, relativeError } from './support/agree';
import { spelledOut } from './support/spelledOut';

const gpu = (): GpuBackend => backend() as unknown as GpuBackend;

interface Convolution {
  readonly images: readonly [number, number, number, number];
  readonly filter: readonly [number, number, number, number];
  readonly stride: number;
}

const convolutions: readonly Convolution[] = [
  { images: [3, 7, 9, 8], filter: [3, 3, 8, 12], stride: 1 },
  { images: [2, 8, 7, 3], filter: [3, 3, 3, 5], stride: 2 },
  { images: [4, 6, 6, 4], filter: [1, 1, 4, 8], stride: 2 },
  { images: [33, 32, 32, 4], filter: [1, 1, 4, 36], stride: 1 },
];

/** The result, and the gradients of images and filter for a gradient of the result. */
function withGradients(images: Tensor, filter: Tensor, gradient: Tensor, stride: number): Tensor[] {
  const convolve = (x: Tensor, f: Tensor) => conv2d(x as Tensor4D, f as Tensor4D, stride, 'same');
  const inputs = [images, filter];
  const gradients = grads((x, f) => sum(mul(convolve(x as Tensor, f as Tensor), gradient)))(inputs);
  return [convolve(images, filter), ...gradients];
}

function operandsOf({ images, filter, stride }: Convolution) {
  const [batch, height, width] = images;
  const shape = [batch, Math.ceil(height / stride), Math.ceil(width / stride), filter[3]];
  return { x: drawn(images, 'images'), f: drawn(filter, 'filter'), dy: drawn(shape, 'gradient') };
}

/** To float16's eleven digits, ties to even. */
function rounded(value: number): number {
  if (value === 0) return 0;
  const unit = 2 ** (Math.floor(Math.log2(Math.abs(value))) - 10);
  const down = Math.floor(value / unit);
  const rest = value / unit - down;
  const up = rest > 0.5 || (rest === 0.5 && down % 2 !== 0);
  return (up ? down + 1 : down) * unit;
}

async function roundedTensor(x: Tensor): Promise<Tensor> {
  return tensor(Float32Array.from(await x.data(), rounded), x.shape);
}

async function valuesOf(compute: () => Tensor[]): Promise<Float32Array[]> {
  const results = tidy(compute);
  const values: Float32Array[] = [];
  for (const result of results) values.push((await result.data()) as Float32Array);
  for (const result of results) result.dispose();
  return values;
}

describe('Convolutions of the webgpu engine in float16', () => {
  onSwiftShader({ precision: 'float16' });

  it('multiply what float16 has of each number, and sum in float32', async () => {
    // Other GPUs than the one in software have faster ones.
    assert.ok(gpu().operands.half);
    gpu().operands = roundedOperands;
    for (const convolution of convolutions) {
      const { stride } = convolution;
      await setBackend('cpu');
      const { x, f, dy } = operandsOf(convolution);
      const [xHalf, fHalf, dyHalf] = await Promise.all([x, f, dy].map(roundedTensor));
      assert.ok(xHalf && fHalf && dyHalf);
      const right = await valuesOf(() => withGradients(xHalf, fHalf, dyHalf, stride));
      await setBackend('webgpu');
      const found = await valuesOf(() => withGradients(x, f, dy, stride));
      found.forEach((values, i) => {
        const error = relativeError(values, right[i] ?? []);
        assert.ok(error < 1e-5, `result ${i} of ${JSON.stringify(convolution)} is off by ${error}`);
      });
    }
  });

  it('multiply the same numbers in the programs for tensor cores, with what those do spelled out', async () => {
    const device = gpu();
    const run = device.run.bind(device);
    const shaders = new Map<Shader, Shader>();
    for (const convolution of convolutions) {
      const compute = () => {
        const { x, f, dy } = operandsOf(convolution);
        return withGradients(x, f, dy, convolution.stride);
      };
      const right = await valuesOf(compute);
      device.operands = matrixOperands({ rows: 8, columns: 16, depth: 8, asksForSize: true });
      device.run = (shader, call) => {
        const spelled = shaders.get(shader) ?? spelledOut(shader);
        shaders.set(shader, spelled);
        run(spelled, call);
      };
      const found = await valuesOf(compute);
      device.run = run;
      device.operands = roundedOperands;
      found.forEach((values, i) => {
        const error = relativeError(values, right[i] ?? []);
        assert.ok(error < 1e-5, `result ${i} of ${JSON.stringify(convolution)} is off by ${error}`);
      });
    }
  });

  it('keep the gradients of images whose numbers float16 does not reach, beside others of usual size', async () => {
    const sizes = [1, 1e-6, 1e-12, 1e5];
    const [batch, side, inputs, outputs] = [sizes.length, 6, 4, 8];
    const gradientOfImages = () => {
      const f = drawn([3, 3, inputs, outputs], 'filter');
      const x = drawn([batch, side, side, inputs], 'images');
      const dy = concat(sizes.map((size, i) => mul(drawn([1, side, side, outputs], `gradient ${i}`), size)));
      const [, dx] = withGradients(x, f, dy, 1);
      assert.ok(dx);
      return sizes.map((_, i) => slice(dx, [i, 0, 0, 0], [1, -1, -1, -1]));
    };
    const found = await valuesOf(gradientOfImages);
    await setBackend('cpu');
    const right = await valuesOf(gradientOfImages);
    await setBackend('webgpu');
    found.forEach((values, i) => {
      const error = relativeError(values, right[i] ?? []);
      assert.ok(error < 1e-3, `the image of size ${sizes[i]} is off by ${error}`);
    });
  });

  it('give no finite number where one is beyond float16, so that training stops instead of going astray', async () => {
    const [y] = await valuesOf(() => [
      conv2d(
        mul(drawn([1, 4, 4, 4], 'images'), 1e6) as Tensor4D,
        drawn([1, 1, 4, 4], 'filter') as Tensor4D,
        1,
        'same',
      ),
    ]);
    assert.ok(y?.some(value => !Number.isFinite(value)));
  });
});

describe('Programs for float16 and tensor cores', () => {
  let engine: Engine;
  before(async () => {
    engine = await openWebGpu(engineOptions({ webgpuAdapter: 'null', precision: 'float16' }));
  });
  after(async () => {
    await engine.close();
    await openCpu(engineOptions());
  });

  const ways: readonly Operands[] = [
    halfOperands,
    ...[
      [16, 16, 16],
      [8, 8, 8],
      [16, 8, 8],
      [8, 16, 16],
    ].flatMap(([rows = 0, columns = 0, depth = 0]) =>
      [false, true].map(asksForSize => matrixOperands({ rows, columns, depth, asksForSize })),
    ),
  ];
  for (const operands of ways) {
    it(`are accepted by Dawn: ${operands.name}`, async () => {
      gpu().operands = operands;
      for (const convolution of convolutions) {
        await valuesOf(() => {
          const { x, f, dy } = operandsOf(convolution);
          return withGradients(x, f, dy, convolution.stride);
        });
      }
      await gpu().settled();
      gpu().health.check();
    });
  }

  it('are taken as the device offers them, with the reason where there are none faster', () => {
    const offerOf = (features: readonly string[], info: Partial<Offering['info']> = {}) =>
      halfOfferOf({
        features: new Set(features),
        info: { subgroupMinSize: 32, subgroupMaxSize: 32, ...info },
      });
    const config = { componentType: 'f16', resultComponentType: 'f32', M: 16, N: 16, K: 16 };
    const all = ['shader-f16', 'chromium-experimental-subgroup-matrix'];
    const names = ({ operands }: ReturnType<typeof offerOf>) => operands.map(({ name }) => name);
    assert.deepEqual(names(offerOf([])), ['rounded']);
    assert.deepEqual(names(offerOf(['shader-f16'])), ['half', 'rounded']);
    const cores = offerOf(all, {
      subgroupMatrixConfigs: [{ ...config, K: 8 }, config, { ...config, M: 64 }],
    });
    assert.deepEqual(names(cores), ['matrix 16x16x16', 'half', 'rounded']);
    assert.equal(cores.words, 'float16 in tensor cores, 16x16x16');
    const noFloat = offerOf(all, { subgroupMatrixConfigs: [{ ...config, resultComponentType: 'f16' }] });
    assert.match(noFloat.words, /they do not multiply float16 to float32/);
    const wide = { subgroupMinSize: 32, subgroupMaxSize: 64, subgroupMatrixConfigs: [config] };
    assert.match(offerOf(all, wide).words, /subgroups have 32 to 64 threads/);
    assert.deepEqual(names(offerOf([...all, 'subgroup-size-control'], wide))[0], 'matrix 16x16x16 sized');
  });

  it('are not used where they compute something else or do not compile, and it is said why', async () => {
    const impossible: Operands = {
      ...matrixOperands({ rows: 16, columns: 16, depth: 16, asksForSize: false }),
      element: 'f32',
    };
    const wrong = await takeTrustedOperands(gpu(), [impossible, roundedOperands]);
    assert.equal(gpu().operands, roundedOperands);
    assert.equal(wrong.length, 1);
    assert.match(wrong[0] ?? '', /^matrix 16x16x16 operands are not used: .*WGSL/);
    gpu().health.check();
  });
});
