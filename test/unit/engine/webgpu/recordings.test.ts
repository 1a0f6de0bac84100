import assert from 'node:assert/strict';
import {
  add,
  backend,
  memory,
  mul,
  square,
  sum,
  type Tensor,
  tensor1d,
  tensor4d,
  tidy,
} from '@tensorflow/tfjs-core';
import type { GpuBackend } from '../../../../extension/trainer/engine/webgpu/backend';
import { replayed } from '../../../../extension/trainer/fused/replayed';
import { initialParameters, initialStatistics } from '../../../../extension/trainer/models/initialise';
import { preActResNet } from '../../../../extension/trainer/models/preActResNet';
import { trades } from '../../../../extension/trainer/objectives/trades';
import { zeroMomenta } from '../../../../extension/trainer/optim/sgd';
import { uniforms } from '../../../../extension/trainer/random/draws';
import { derive, rootKey } from '../../../../extension/trainer/random/key';
import { oneHotLabels } from '../../../../extension/trainer/step/batch';
import { keyedDraws } from '../../../../extension/trainer/step/draws';
import type { Recipe } from '../../../../extension/trainer/step/recipe';
import { disposeState, disposeStep, trainingStep } from '../../../../extension/trainer/step/trainingStep';
import { onSwiftShader } from '../../support/swiftShader';

const gpu = (): GpuBackend => backend() as unknown as GpuBackend;
const counting = (from: number): Tensor => tensor1d(Float32Array.from({ length: 100 }, (_, i) => from + i));

describe('Recorded computations of the webgpu engine', () => {
  onSwiftShader();

  const owner = {};
  const key = rootKey(3);

  it('give for new arguments what they gave the first time for theirs, and leave old results alone', async () => {
    const before = memory().numTensors;
    let calls = 0;
    const compute = ({ x, rest }: { x: Tensor; rest: ReadonlyMap<string, Tensor> }) => {
      calls++;
      const y = add(square(x), rest.get('y') as Tensor);
      return { y, deep: [{ total: sum(y) }], note: 'kept' };
    };
    const run = (from: number) =>
      tidy(
        () =>
          replayed(owner, 'squares', { x: counting(from), rest: new Map([['y', counting(5)]]) }, compute).y,
      );
    const results = [run(0), run(10), run(20)];
    assert.equal(calls, 1);
    for (const [i, result] of results.entries()) {
      const expected = Float32Array.from({ length: 100 }, (_, j) => (10 * i + j) ** 2 + 5 + j);
      assert.deepEqual(await result.data(), expected);
      result.dispose();
    }
    assert.equal(memory().numTensors, before);
  });

  it('are told apart by key, owner and shapes', async () => {
    const double = (owned: object, name: string, x: Tensor, factor: number) =>
      tidy(() => replayed(owned, name, x, y => mul(y, factor)));
    const values = [
      double(owner, 'a', counting(0), 2),
      double(owner, 'b', counting(0), 3),
      double({}, 'a', counting(0), 4),
      double(owner, 'a', tensor1d([1]), 5),
    ];
    const found = [];
    for (const value of values) found.push((await value.data()).at(-1));
    assert.deepEqual(found, [198, 297, 396, 5]);
    for (const value of values) value.dispose();
  });

  it('are not repeated where they read what is no argument of theirs', async () => {
    for (const from of [0, 7]) {
      const captured = square(counting(from));
      const y = tidy(() => replayed(owner, 'captures', counting(1), x => add(x, captured)));
      assert.equal((await y.data())[2], 3 + (from + 2) ** 2);
      y.dispose();
      captured.dispose();
    }
  });

  it('take training steps that are those taken without recording, bit for bit, AWP and noise included', async () => {
    const recipe: Recipe = {
      model: preActResNet([8, 8, 3], 4, { width: 1, blocks: [1, 1, 1, 1] }),
      objective: trades,
      beta: 6,
      threat: { norm: 'linf', epsilon: 0.1 },
      attack: {
        steps: 2,
        stepSize: 0.05,
        start: 'gaussian',
        startSigma: 0.01,
        loss: 'kl',
        batchNorm: 'eval',
      },
      taylor: {
        order: 2,
        estimator: 'antithetic',
        alpha: 0.2,
        secondWeight: 0.5,
        sigma: 0.05,
        sigmaScale: 'absolute',
        draws: 1,
        secondTargets: 'reference',
        batchNormUpdates: 'once',
      },
      noisyAttack: true,
      awpGamma: 0.01,
    };
    const train = async (recorded: boolean) => {
      const parameters = initialParameters(recipe.model, key);
      let state = {
        parameters,
        statistics: initialStatistics(recipe.model),
        momenta: zeroMomenta(parameters),
      };
      for (let step = 0; step < 2; step++) {
        if (!recorded) gpu().recordings.forget();
        const images = tensor4d(uniforms(derive(key, 'images', step), 6 * 192), [6, 8, 8, 3]);
        const oneHot = oneHotLabels(Int32Array.of(0, 1, 2, 3, step, 1), 4);
        const sgd = { learningRate: 0.1 / (step + 1), momentum: 0.9, weightDecay: 5e-4 };
        const result = trainingStep(recipe, state, images, oneHot, sgd, keyedDraws(key, step));
        images.dispose();
        oneHot.dispose();
        disposeStep(result, { keepState: true });
        disposeState(state);
        state = result.state;
      }
      const numbers: number[] = [];
      for (const map of [state.parameters, state.statistics, state.momenta]) {
        for (const tensor of map.values()) numbers.push(...(await tensor.data()));
      }
      disposeState(state);
      return numbers;
    };
    const before = memory().numTensors;
    const plain = await train(false);
    gpu().recordings.forget();
    assert.deepEqual(await train(true), plain);
    assert.ok(plain.every(Number.isFinite));
    assert.equal(memory().numTensors, before);
  });
});
