import assert from 'node:assert/strict';
import {
  add,
  conv2d,
  grads,
  maxPool,
  memory,
  mul,
  pad,
  relu,
  setBackend,
  sign,
  sum,
  type Tensor,
  type Tensor1D,
  type Tensor4D,
  tensor,
  tidy,
} from '@tensorflow/tfjs-core';
import { project } from '../../../../extension/trainer/attacks/ball';
import { engineOptions } from '../../../../extension/trainer/engine/assets';
import { openCpu } from '../../../../extension/trainer/engine/cpu';
import { linfAttackStep } from '../../../../extension/trainer/fused/attackStep';
import { biasRelu } from '../../../../extension/trainer/fused/biasRelu';
import { biasReluPool } from '../../../../extension/trainer/fused/biasReluPool';
import { keyedNormals } from '../../../../extension/trainer/fused/keyedNormals';
import { paddedConvolution } from '../../../../extension/trainer/fused/paddedConvolution';
import { batchNormRelu } from '../../../../extension/trainer/models/batchNorm';
import { sgdStep } from '../../../../extension/trainer/optim/sgd';
import { normals } from '../../../../extension/trainer/random/draws';
import { derive, rootKey } from '../../../../extension/trainer/random/key';
import { drawnValues, onEngine, valuesOf } from '../../support/engine';
import { randomValues, relativeError } from './support/buffers';

type Shape = readonly number[];

const drawn = (shape: Shape, purpose: string): Tensor =>
  tensor(
    randomValues(
      shape.reduce((product, size) => product * size, 1),
      purpose,
    ),
    [...shape],
  );

const near = (
  found: Tensor | undefined,
  expected: Tensor | undefined,
  tolerance: number,
  what: string,
): void => {
  assert.ok(found && expected, what);
  assert.deepEqual(found.shape, expected.shape, what);
  const error = relativeError(valuesOf(found), valuesOf(expected));
  assert.ok(error <= tolerance, `${what}: relative error ${error}`);
};

const weighed = (y: Tensor): Tensor => sum(mul(y, drawn(y.shape, 'weights of the sum')));

describe('The fused kernels of the simd engine', () => {
  onEngine('simd');

  for (const [batch, height, width, channels] of [
    [2, 3, 2, 1],
    [3, 4, 5, 7],
    [4, 16, 16, 32],
  ] as const) {
    const shape = [batch, height, width, channels];

    it(`bias and ReLU of [${shape}], value and gradients`, () => {
      const inputs = () => [drawn(shape, 'x'), drawn([channels], 'bias')];
      const fused = (x: Tensor, bias: Tensor) => {
        const y = biasRelu(x, bias as Tensor1D);
        assert.ok(y);
        return weighed(y);
      };
      const composed = (x: Tensor, bias: Tensor) => weighed(relu(add(x, bias)));
      near(
        fused(...(inputs() as [Tensor, Tensor])),
        composed(...(inputs() as [Tensor, Tensor])),
        1e-5,
        'value',
      );
      const [found, expected] = [grads(fused)(inputs()), grads(composed)(inputs())];
      near(found[0], expected[0], 1e-6, 'gradient of x');
      near(found[1], expected[1], 5e-6, 'gradient of the bias');
    });

    it(`bias, ReLU and 2x2 maximum of [${shape}], value and gradients`, () => {
      const inputs = () => [drawn(shape, 'x'), drawn([channels], 'bias')];
      const fused = (x: Tensor, bias: Tensor) => {
        const y = biasReluPool(x as Tensor4D, bias as Tensor1D);
        assert.ok(y);
        return weighed(y);
      };
      const composed = (x: Tensor, bias: Tensor) =>
        weighed(maxPool(relu(add(x, bias)) as Tensor4D, 2, 2, 'valid'));
      near(
        fused(...(inputs() as [Tensor, Tensor])),
        composed(...(inputs() as [Tensor, Tensor])),
        1e-5,
        'value',
      );
      const [found, expected] = [grads(fused)(inputs()), grads(composed)(inputs())];
      near(found[0], expected[0], 1e-6, 'gradient of x');
      near(found[1], expected[1], 5e-6, 'gradient of the bias');
    });

    for (const mode of ['train', 'eval'] as const) {
      it(`batch norm and ReLU of [${shape}] in ${mode} mode, as plain JavaScript has them composed`, async () => {
        const run = async (backend: string) => {
          await setBackend(backend);
          return tidy(() => {
            const running = new Map<string, Tensor>([
              ['bn.running_mean', mul(drawn([channels], 'mean'), 0.3)],
              ['bn.running_var', add(mul(drawn([channels], 'variance'), 0.1), 1)],
            ]);
            const recorded = new Map<string, Tensor>();
            const loss = (x: Tensor, weight: Tensor, bias: Tensor) => {
              const parameters = new Map([
                ['bn.weight', weight],
                ['bn.bias', bias],
              ]);
              return weighed(batchNormRelu(parameters, running, 'bn', x as Tensor4D, mode, recorded));
            };
            const inputs = [drawn(shape, 'x'), drawn([channels], 'weight'), drawn([channels], 'bias')];
            const value = loss(...(inputs as [Tensor, Tensor, Tensor]));
            const statistics = [...recorded.values()].map(valuesOf);
            return { value: valuesOf(value), gradients: grads(loss)(inputs).map(valuesOf), statistics };
          });
        };
        const expected = await run('cpu');
        const found = await run('simd');
        assert.ok(relativeError(found.value, expected.value) < 1e-5);
        found.gradients.forEach((gradient, i) => {
          const error = relativeError(gradient, expected.gradients[i] ?? []);
          assert.ok(error < 2e-5, `gradient ${i}: relative error ${error}`);
        });
        found.statistics.forEach((values, i) => {
          assert.ok(relativeError(values, expected.statistics[i] ?? []) < 2e-6);
        });
      });
    }
  }

  it('the gradient through batch norm and ReLU is that of finite differences', () => {
    const shape = [3, 4, 5, 7];
    const loss = (x: Tensor) => {
      const parameters = new Map<string, Tensor>([
        ['bn.weight', drawn([7], 'weight')],
        ['bn.bias', drawn([7], 'bias')],
      ]);
      return weighed(batchNormRelu(parameters, new Map(), 'bn', x as Tensor4D, 'train', new Map()));
    };
    const x = drawn(shape, 'x');
    const [gradient] = grads(loss)([x]);
    const direction = drawn(shape, 'direction');
    const step = 1e-3;
    const at = (by: number): number => valuesOf(loss(add(x, mul(direction, by))))[0] ?? Number.NaN;
    const difference = (at(step) - at(-step)) / (2 * step);
    const slope = valuesOf(sum(mul(gradient ?? x, direction)))[0] ?? Number.NaN;
    // Float32 rounds the loss, about 30, at 2e-6, which the step magnifies.
    assert.ok(Math.abs(difference - slope) < 0.01 * Math.abs(slope) + 0.02, `${difference} and ${slope}`);
  });

  it('a NaN passes through bias, batch norm and ReLU: divergence is not hidden', () => {
    const x = tensor([1, Number.NaN, -1, 2], [1, 1, 4, 1]) as Tensor4D;
    const parameters = new Map<string, Tensor>([
      ['bn.weight', tensor([1])],
      ['bn.bias', tensor([0])],
    ]);
    const running = new Map<string, Tensor>([
      ['bn.running_mean', tensor([0])],
      ['bn.running_var', tensor([1])],
    ]);
    const normalised = valuesOf(batchNormRelu(parameters, running, 'bn', x, 'eval', new Map()));
    assert.ok(Number.isNaN(normalised[1]));
    assert.ok(Number.isNaN(valuesOf(biasRelu(x, tensor([0]) as Tensor1D) ?? x)[1]));
    const trained = valuesOf(batchNormRelu(parameters, running, 'bn', x, 'train', new Map()));
    assert.ok(trained.every(Number.isNaN));
  });

  it('convolutions with stride and padding on every side, value and gradients', () => {
    for (const [stride, padding, kernel] of [
      [2, 1, 3],
      [1, 2, 3],
      [2, 3, 7],
    ] as const) {
      const inputs = () => [drawn([2, 9, 10, 5], 'x'), drawn([kernel, kernel, 5, 8], 'filter')];
      const fused = (x: Tensor, filter: Tensor) => {
        const y = paddedConvolution(x as Tensor4D, filter as Tensor4D, stride, padding);
        assert.ok(y);
        return weighed(y);
      };
      const sides: [number, number] = [padding, padding];
      const composed = (x: Tensor, filter: Tensor) => {
        const around = pad(x, [[0, 0], sides, sides, [0, 0]]) as Tensor4D;
        return weighed(conv2d(around, filter as Tensor4D, stride, 'valid'));
      };
      const [found, expected] = [grads(fused)(inputs()), grads(composed)(inputs())];
      near(found[0], expected[0], 1e-5, 'images');
      near(found[1], expected[1], 1e-5, 'filters');
    }
  });

  it('a step of an attack stays in the ball and in [0, 1], and is the composed one', () => {
    const shape: [number, number, number, number] = [3, 5, 5, 3];
    const centre = tidy(() =>
      tensor(
        randomValues(225, 'centre').map(v => Math.min(Math.max(v, 0), 1)),
        shape,
      ),
    ) as Tensor4D;
    const x = add(centre, mul(drawn(shape, 'start'), 0.02)) as Tensor4D;
    const gradient = drawn(shape, 'gradient') as Tensor4D;
    const found = linfAttackStep(x, gradient, centre, { stepSize: 0.01, epsilon: 0.03 });
    const expected = project(add(x, mul(sign(gradient), 0.01)) as Tensor4D, centre, {
      norm: 'linf',
      epsilon: 0.03,
    });
    assert.deepEqual(
      valuesOf(found ?? x).map(value => value + 0),
      valuesOf(expected),
    );
  });

  it('normal draws of a key are those of JavaScript, but for a last bit now and then', () => {
    for (const count of [0, 1, 7, 100_001]) {
      const key = derive(rootKey(5), 'draws', count);
      const [found, expected] = [drawnValues(keyedNormals(key, count)), normals(key, count)];
      assert.equal(found.length, count);
      assert.ok(count === 0 || relativeError(found, expected) < 1e-7);
      const different = found.filter((value, i) => value !== expected[i]).length;
      assert.ok(different <= count / 10_000, `${different} of ${count} differ`);
    }
  });

  it('SGD is the composed one to rounding, and leaves no tensor behind', async () => {
    const run = async (backend: string) => {
      await setBackend(backend);
      const { numTensors } = memory();
      const map = (purpose: string) => new Map([['w', drawn([7, 9], purpose)]]);
      const [weights, gradients, momenta] = [map('w'), map('g'), map('m')];
      const next = sgdStep(weights, gradients, momenta, {
        learningRate: 0.1,
        momentum: 0.9,
        weightDecay: 5e-4,
      });
      assert.equal(memory().numTensors, numTensors + 5);
      return [next.parameters, next.momenta].map(state => valuesOf(state.get('w') ?? tensor([])));
    };
    await openCpu(engineOptions());
    const expected = await run('cpu');
    const found = await run('simd');
    found.forEach((values, i) => {
      assert.ok(relativeError(values, expected[i] ?? []) < 3e-7);
    });
  });
});
