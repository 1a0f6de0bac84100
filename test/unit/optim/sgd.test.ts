import assert from 'node:assert/strict';
import { memory, type Tensor, tensor, tensor1d } from '@tensorflow/tfjs-core';
import { type TensorMap, tensorOf } from '../../../extension/trainer/models/tensorMap';
import { averageWeights, type SgdOptions, sgdStep, zeroMomenta } from '../../../extension/trainer/optim/sgd';
import { onEngine, valuesOf } from '../support/engine';
import { assertClose, at, randomVector } from '../support/float64';

const shapes = {
  'conv.weight': [2, 2, 1, 3],
  'bn.weight': [3],
  'bn.bias': [3],
  'fc.weight': [3, 4],
} as const;
type Name = keyof typeof shapes;
const names = Object.keys(shapes) as Name[];

const sizeOf = (name: Name) => shapes[name].reduce((product: number, size) => product * size, 1);
const vectors = (what: string) =>
  new Map(names.map(name => [name, randomVector(`${what} ${name}`, sizeOf(name))]));
const tensors = (values: ReadonlyMap<Name, readonly number[]>): TensorMap =>
  new Map<string, Tensor>([...values].map(([name, row]) => [name, tensor([...row], [...shapes[name]])]));

/** torch.optim.SGD for one parameter (`_single_tensor_sgd`), buffers and all; no dampening, no Nesterov. */
class TorchSgd {
  private buffer: number[] | undefined;

  step(
    parameter: readonly number[],
    gradient: readonly number[],
    { learningRate, momentum, weightDecay }: SgdOptions,
  ): number[] {
    let d = gradient.map((value, i) => value + weightDecay * at(parameter, i));
    if (momentum !== 0) {
      this.buffer = this.buffer ? this.buffer.map((value, i) => momentum * value + at(d, i)) : [...d];
      d = this.buffer;
    }
    return parameter.map((value, i) => value - learningRate * at(d, i));
  }
}

describe('Stochastic gradient descent', () => {
  onEngine('wasm');

  for (const [momentum, weightDecay] of [
    [0.9, 5e-4],
    [0.9, 0],
    [0, 5e-4],
    [0, 0],
    [0.5, 0.1],
  ] as const) {
    it(`is torch.optim.SGD over ten steps with momentum ${momentum} and weight decay ${weightDecay}`, () => {
      const expected = new Map(vectors('start'));
      const torch = new Map(names.map(name => [name, new TorchSgd()]));
      let parameters = tensors(expected);
      let momenta = zeroMomenta(parameters);
      for (let step = 0; step < 10; step++) {
        const gradients = vectors(`gradient ${step}`);
        const options = { learningRate: step < 5 ? 0.1 : 0.01, momentum, weightDecay };
        ({ parameters, momenta } = sgdStep(parameters, tensors(gradients), momenta, options));
        for (const name of names) {
          const stepped = torch.get(name)?.step(expected.get(name) ?? [], gradients.get(name) ?? [], options);
          expected.set(name, stepped ?? []);
        }
      }
      for (const name of names) {
        assertClose(
          valuesOf(tensorOf(parameters, name)),
          expected.get(name) ?? [],
          { absolute: 2e-6, relative: 1e-5 },
          name,
        );
      }
    });
  }

  it('decays every parameter, batch norm and biases included', () => {
    const parameters = tensors(vectors('decayed'));
    const none = tensors(new Map(names.map(name => [name, new Array<number>(sizeOf(name)).fill(0)])));
    const { parameters: after } = sgdStep(parameters, none, none, {
      learningRate: 0.5,
      momentum: 0.9,
      weightDecay: 0.1,
    });
    for (const name of names) {
      const before = valuesOf(tensorOf(parameters, name));
      assertClose(
        valuesOf(tensorOf(after, name)),
        before.map(value => 0.95 * value),
        { relative: 1e-6 },
        name,
      );
    }
  });

  it('leaves the old weights and buffers alone, and makes no tensors but the new ones', () => {
    const [parameters, gradients] = [tensors(vectors('old')), tensors(vectors('gradient'))];
    const momenta = zeroMomenta(parameters);
    const [before, values] = [memory().numTensors, names.map(name => valuesOf(tensorOf(parameters, name)))];
    sgdStep(parameters, gradients, momenta, { learningRate: 0.1, momentum: 0.9, weightDecay: 5e-4 });
    assert.equal(memory().numTensors, before + 2 * names.length);
    assert.deepEqual(
      names.map(name => valuesOf(tensorOf(parameters, name))),
      values,
    );
    assert.ok(names.every(name => valuesOf(tensorOf(momenta, name)).every(value => value === 0)));
  });

  it('names a gradient that is missing', () => {
    const parameters = tensors(vectors('start'));
    const options = { learningRate: 0.1, momentum: 0.9, weightDecay: 0 };
    assert.throws(() => sgdStep(parameters, new Map(), zeroMomenta(parameters), options), /"conv.weight"/);
  });
});

describe('The moving average of weights', () => {
  onEngine('wasm');

  it('keeps decay of the average and takes the rest from the current weights', () => {
    const series = [0, 1, 2, 3].map(i => randomVector(`weights ${i}`, 5));
    let average: TensorMap = new Map([['w', tensor1d(at(series, 0))]]);
    let expected = at(series, 0);
    for (const current of series.slice(1)) {
      average = averageWeights(average, new Map([['w', tensor1d(current)]]), 0.9);
      expected = expected.map((value, i) => 0.9 * value + 0.1 * at(current, i));
    }
    assertClose(valuesOf(tensorOf(average, 'w')), expected, { absolute: 1e-6 });
  });

  it('is the current weights at decay 0 and stands still at decay 1', () => {
    const [a, b] = [new Map([['w', tensor1d([1, 2])]]), new Map([['w', tensor1d([5, 7])]])];
    assert.deepEqual(valuesOf(tensorOf(averageWeights(a, b, 0), 'w')), [5, 7]);
    assert.deepEqual(valuesOf(tensorOf(averageWeights(a, b, 1), 'w')), [1, 2]);
  });
});
