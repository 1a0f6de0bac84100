import assert from 'node:assert/strict';
import { add, customGrad, memory, mul, sum, type Tensor, tensor1d, tidy } from '@tensorflow/tfjs-core';
import { gradientAt, gradients } from '../../extension/trainer/autodiff';
import { onEngine, valuesOf } from './support/engine';

/** Passes x on, and tells how many tensors there are when the gradient comes by. */
const watched = (x: Tensor, seen: number[]): Tensor =>
  customGrad(value => ({
    value: (value as Tensor).clone(),
    gradFunc: dy => {
      seen.push(memory().numTensors);
      return dy;
    },
  }))(x);

describe('A backward pass', () => {
  onEngine('cpu');

  it('needs no more memory the further back it comes', () => {
    const seen: number[] = [];
    const x = tensor1d([1, 2]);
    const gradient = gradientAt(x, value => {
      let y: Tensor = value;
      for (let i = 0; i < 20; i++) y = mul(watched(y, seen), 1.1);
      return sum(y);
    });
    assert.ok((seen.at(-1) ?? 0) < (seen[0] ?? 0), `tensors at each layer, the last first: ${seen}`);
    assert.ok(Math.abs((valuesOf(gradient)[0] ?? 0) - 1.1 ** 20) < 1e-5);
    gradient.dispose();
    x.dispose();
  });

  it('leaves nothing behind but the gradient', () => {
    const x = tensor1d([1, 2]);
    const before = memory().numTensors;
    gradientAt(x, value => sum(mul(value, value))).dispose();
    assert.equal(memory().numTensors, before);
    x.dispose();
  });

  it('is right where an operation passes the same gradient to both of its inputs', () => {
    const bothWays = (a: Tensor, b: Tensor): Tensor =>
      customGrad((...inputs) => ({
        value: add(inputs[0] as Tensor, inputs[1] as Tensor),
        gradFunc: dy => [dy, dy],
      }))(a, b);
    tidy(() => {
      const parameters = new Map<string, Tensor>([
        ['a', tensor1d([1, 2])],
        ['b', tensor1d([3, 4])],
      ]);
      const [a, b] = [...parameters.values()] as [Tensor, Tensor];
      const { gradients: found } = gradients(parameters, () => sum(bothWays(mul(a, 2), mul(b, 3))));
      assert.deepEqual([...found.values()].map(valuesOf), [
        [2, 2],
        [3, 3],
      ]);
    });
  });
});
