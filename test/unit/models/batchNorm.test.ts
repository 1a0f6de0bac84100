import assert from 'node:assert/strict';
import { grads, mul, sum, type Tensor, type Tensor4D, tensor1d, tensor4d } from '@tensorflow/tfjs-core';
import { batchNorm, updateStatistics } from '../../../extension/trainer/models/batchNorm';
import { type TensorMap, tensorOf } from '../../../extension/trainer/models/tensorMap';
import { onEngine, valuesOf } from '../support/engine';
import { assertClose, at, average, randomVector, range, relativeDistance, total } from '../support/float64';

const epsilon = 1e-5;
const [batch, height, width, channels] = [3, 5, 4, 6];
const shape: [number, number, number, number] = [batch, height, width, channels];
const count = batch * height * width;

const x = randomVector('images', count * channels).map(
  (value, i) => value * (1 + (i % channels)) + (i % channels),
);
const weight = randomVector('weight', channels);
const bias = randomVector('bias', channels);
/** The loss is the sum of y times these numbers, so that they are dL/dy. */
const dy = randomVector('dy', count * channels);

/** Values of one channel, in order of their pixels. */
const channelOf = (values: readonly number[], channel: number): number[] =>
  values.filter((_, i) => i % channels === channel);

/** PyTorch's definition in float64: normalised by the mean and the biased variance over batch, height and width. */
function forward64(images: readonly number[], scale: readonly number[], offset: readonly number[]): number[] {
  const statistics = range(channels).map(channel => moments64(channelOf(images, channel)));
  return images.map((value, i) => {
    const { mean, variance } = at(statistics, i % channels);
    return (
      ((value - mean) / Math.sqrt(variance + epsilon)) * at(scale, i % channels) + at(offset, i % channels)
    );
  });
}

function moments64(values: readonly number[]): { mean: number; variance: number } {
  const mean = average(values);
  return { mean, variance: average(values.map(value => (value - mean) ** 2)) };
}

const loss64 = (...inputs: Parameters<typeof forward64>): number =>
  total(forward64(...inputs).map((value, i) => value * at(dy, i)));

/** Central differences of the float64 loss with respect to one of its three inputs. */
function differences(which: 0 | 1 | 2): number[] {
  const inputs = [x, weight, bias] as const;
  const moved = (index: number, by: number) =>
    loss64(
      ...(inputs.map((input, i) =>
        i === which ? input.map((value, j) => (j === index ? value + by : value)) : input,
      ) as unknown as Parameters<typeof forward64>),
    );
  const step = 1e-4;
  return inputs[which].map((_, index) => (moved(index, step) - moved(index, -step)) / (2 * step));
}

/** The closed form: dx = s (dy - mean(dy) - n mean(dy n)), with n the normalised images and s = weight / deviation. */
function inputGradient64(): number[] {
  const gradient = x.map(() => 0);
  for (const channel of range(channels)) {
    const { mean, variance } = moments64(channelOf(x, channel));
    const deviation = Math.sqrt(variance + epsilon);
    const normalised = channelOf(x, channel).map(value => (value - mean) / deviation);
    const above = channelOf(dy, channel);
    const meanProduct = average(above.map((value, i) => value * at(normalised, i)));
    above.forEach((value, i) => {
      gradient[i * channels + channel] =
        (at(weight, channel) / deviation) * (value - average(above) - at(normalised, i) * meanProduct);
    });
  }
  return gradient;
}

const parametersOf = (scale: Tensor, offset: Tensor): TensorMap =>
  new Map([
    ['bn.weight', scale],
    ['bn.bias', offset],
  ]);

const images = () => tensor4d(x, shape);
const parameters = () => parametersOf(tensor1d(weight), tensor1d(bias));

describe('Batch norm in train mode', () => {
  onEngine('wasm');

  it('normalises by the mean and biased variance of the batch', () => {
    const y = batchNorm(parameters(), new Map(), 'bn', images(), 'train', new Map());
    assertClose(valuesOf(y), forward64(x, weight, bias), { absolute: 2e-5 });
  });

  it('reports the mean and the unbiased variance of the batch for the running statistics', () => {
    const statistics = new Map<string, Tensor>();
    batchNorm(parameters(), new Map(), 'bn', images(), 'train', statistics);
    const moments = range(channels).map(channel => moments64(channelOf(x, channel)));
    assert.deepEqual([...statistics.keys()], ['bn.running_mean', 'bn.running_var']);
    assertClose(
      valuesOf(tensorOf(statistics, 'bn.running_mean')),
      moments.map(({ mean }) => mean),
      { absolute: 2e-6 },
    );
    assertClose(
      valuesOf(tensorOf(statistics, 'bn.running_var')),
      moments.map(({ variance }) => (variance * count) / (count - 1)),
      { relative: 2e-6 },
    );
  });

  it('has the gradients of finite differences and of the closed form', () => {
    const loss = (pixels: Tensor, scale: Tensor, offset: Tensor) =>
      sum(
        mul(
          batchNorm(parametersOf(scale, offset), new Map(), 'bn', pixels as Tensor4D, 'train', new Map()),
          tensor4d(dy, shape),
        ),
      );
    const found = grads(loss)([images(), tensor1d(weight), tensor1d(bias)]).map(valuesOf);
    assert.ok(relativeDistance(inputGradient64(), differences(0)) < 1e-6);
    // Float32 rounds the images, the means and the products at 6e-8 each.
    assert.ok(relativeDistance(at(found, 0), inputGradient64()) < 2e-6, 'images');
    assert.ok(relativeDistance(at(found, 1), differences(1)) < 2e-6, 'weight');
    assert.ok(relativeDistance(at(found, 2), differences(2)) < 2e-6, 'bias');
  });

  it('gives a channel without any variance its bias, and finite gradients', () => {
    const flat = tensor4d(new Float32Array(count * channels).fill(3), shape);
    const [gradient] = grads((pixels: Tensor) =>
      sum(batchNorm(parameters(), new Map(), 'bn', pixels as Tensor4D, 'train', new Map())),
    )([flat]);
    const y = batchNorm(parameters(), new Map(), 'bn', flat, 'train', new Map());
    assertClose(
      valuesOf(y),
      range(count * channels).map(i => at(bias, i % channels)),
      { absolute: 1e-4 },
    );
    assert.ok(gradient && valuesOf(gradient).every(Number.isFinite));
  });

  it('reports the variance of a single pixel as zero', () => {
    const statistics = new Map<string, Tensor>();
    const pixel = tensor4d(x.slice(0, channels), [1, 1, 1, channels]);
    batchNorm(parameters(), new Map(), 'bn', pixel, 'train', statistics);
    assert.deepEqual(valuesOf(tensorOf(statistics, 'bn.running_var')), Array(channels).fill(0));
  });
});

describe('Batch norm in eval mode', () => {
  onEngine('wasm');

  it('normalises by the running statistics and reports none of the batch', () => {
    const mean = randomVector('running mean', channels);
    const variance = randomVector('running variance', channels).map(value => value ** 2 + 0.1);
    const running: TensorMap = new Map([
      ['bn.running_mean', tensor1d(mean)],
      ['bn.running_var', tensor1d(variance)],
    ]);
    const reported = new Map<string, Tensor>();
    const y = batchNorm(parameters(), running, 'bn', images(), 'eval', reported);
    const expected = x.map((value, i) => {
      const channel = i % channels;
      const normalised = (value - at(mean, channel)) / Math.sqrt(at(variance, channel) + epsilon);
      return normalised * at(weight, channel) + at(bias, channel);
    });
    assertClose(valuesOf(y), expected, { absolute: 1e-5, relative: 1e-5 });
    assert.equal(reported.size, 0);
  });
});

describe('The running statistics', () => {
  onEngine('wasm');

  const names = ['bn.running_mean', 'bn.running_var'];
  const draw = (name: string) => new Map(names.map(key => [key, randomVector(`${name} ${key}`, channels)]));
  const tensors = (values: ReadonlyMap<string, readonly number[]>): TensorMap =>
    new Map([...values].map(([name, numbers]) => [name, tensor1d([...numbers])]));

  for (const [what, order] of [
    ['one update', [0]],
    ['one of each batch', [0, 1]],
    ['the official eight updates by two batches', [0, 1, 1, 0, 1, 0, 1, 0]],
    ['no update', []],
  ] as const) {
    it(`after ${what} are those of running <- 0.9 running + 0.1 batch, in that order`, () => {
      const batches = [draw('clean'), draw('adversarial')];
      const expected = draw('running');
      for (const index of order) {
        for (const name of names) {
          const running = expected.get(name) ?? [];
          const values = at(batches, index).get(name) ?? [];
          expected.set(
            name,
            running.map((value, i) => 0.9 * value + 0.1 * at(values, i)),
          );
        }
      }
      const maps = batches.map(tensors);
      const found = updateStatistics(
        tensors(draw('running')),
        order.map(index => at(maps, index)),
      );
      for (const name of names)
        assertClose(valuesOf(tensorOf(found, name)), expected.get(name) ?? [], { absolute: 1e-6 }, name);
    });
  }
});
