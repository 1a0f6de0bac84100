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

async function lastsOf(tensors: readonly Tensor[]): Promise<(number | undefined)[]> {
  const lasts: (number | undefined)[] = [];
  for (const tensor of tensors) lasts.push((await tensor.data()).at(-1));
  return lasts;
}

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

  it('read standing tensors where they are, and are made anew for others', async () => {
    let calls = 0;
    const scaled = (x: Tensor, factor: Tensor) =>
      tidy(() =>
        replayed(
          owner,
          'standing',
          x,
          y => {
            calls++;
            return mul(y, factor);
          },
          [factor],
        ),
      );
    const factors = [square(counting(0)), square(counting(1))] as const;
    for (const [factor, from] of [
      [factors[0], 0],
      [factors[0], 3],
      [factors[1], 0],
    ] as const) {
      const x = counting(from);
      const y = scaled(x, factor);
      assert.equal((await y.data())[5], (5 + from) * (5 + factors.indexOf(factor)) ** 2);
      y.dispose();
      x.dispose();
    }
    assert.equal(calls, 2);
    for (const factor of factors) factor.dispose();
  });

  it('leave out what the result does not depend on when they are repeated', async () => {
    const dispatched = async (run: () => Tensor) => {
      const before = gpu().commands.dispatches;
      const y = tidy(run);
      const dispatches = gpu().commands.dispatches - before;
      const last = (await y.data()).at(-1);
      y.dispose();
      return { dispatches, last };
    };
    const unused = (x: Tensor) => {
      sum(mul(square(x), 2));
      return add(x, 1);
    };
    const run = () => dispatched(() => replayed(owner, 'unused', counting(0), unused));
    const first = await run();
    assert.ok(first.dispatches > 2);
    assert.deepEqual(await run(), { dispatches: 1, last: 100 });
  });

  it('give a result back as an argument, over and over, while others of it are alive', async () => {
    const step = (state: { readonly a: Tensor; readonly b: Tensor }) =>
      tidy(() => replayed(owner, 'state', state, ({ a, b }) => ({ a: add(a, b), b: mul(b, 2), same: a })));
    let state = { a: counting(0), b: counting(1), same: counting(0) };
    const kept: Tensor[] = [];
    for (let i = 0; i < 4; i++) {
      const next = step(state);
      kept.push(state.a, state.same);
      state.b.dispose();
      state = next;
    }
    // a: 0, 0 + 1, 1 + 2, 3 + 4, 7 + 8 times what `b` began with.
    const lasts = await lastsOf([...kept, state.a, state.same, state.b]);
    const [a, b] = [99, 100];
    assert.deepEqual(lasts, [
      a,
      a,
      a + b,
      a,
      a + 3 * b,
      a + b,
      a + 7 * b,
      a + 3 * b,
      a + 15 * b,
      a + 7 * b,
      16 * b,
    ]);
    for (const tensor of [...kept, state.a, state.same, state.b]) tensor.dispose();
  });

  it('copy no argument that is a result of the repetition before, and take others in between', async () => {
    const { commands } = gpu();
    const copied = commands.copy;
    let copies = 0;
    commands.copy = (...copy) => {
      copies++;
      copied.apply(commands, copy);
    };
    const step = (a: Tensor, b: Tensor) =>
      tidy(() => {
        const next = replayed(owner, 'returning', [a, b], ([x, y]) => [
          add(x as Tensor, y as Tensor),
          mul(y as Tensor, 2),
        ]);
        return next as [Tensor, Tensor];
      });
    let state: [Tensor, Tensor] = [counting(0), counting(1)];
    let [a, b] = [99, 100];
    const counts: number[] = [];
    const found: unknown[] = [];
    const right: unknown[] = [];
    for (let i = 0; i < 9; i++) {
      // Once a state from elsewhere, once one array in both places.
      const args: [Tensor, Tensor] =
        i === 4 ? [counting(7), state[1]] : i === 6 ? [state[0], state[0]] : state;
      if (i === 4) a = 106;
      if (i === 6) b = a;
      copies = 0;
      const next = step(...args);
      counts.push(copies);
      [a, b] = [a + b, 2 * b];
      for (const tensor of new Set([...state, ...args])) tensor.dispose();
      state = next;
      if (i <= 2) continue;
      found.push(await lastsOf(state));
      right.push([a, b]);
    }
    commands.copy = copied;
    assert.deepEqual(found, right);
    assert.deepEqual(counts.slice(1, 4), [0, 0, 0]);
    assert.deepEqual(counts.slice(7), [0, 0]);
    for (const tensor of state) tensor.dispose();
  });

  it('give their buffers to results that are alive when they are forgotten', async () => {
    const twice = () => tidy(() => replayed(owner, 'forgotten', counting(4), x => mul(x, 2)));
    const result = twice();
    gpu().recordings.forget();
    const others = [square(counting(0)), twice()];
    assert.equal((await result.data())[1], 10);
    for (const tensor of [result, ...others]) tensor.dispose();
  });

  it('leave the results of others alone that were recorded later', async () => {
    const fourth = () => tidy(() => replayed(owner, 'fourth powers', counting(2), x => square(square(x))));
    fourth().dispose();
    const squares = tidy(() => replayed(owner, 'squares alone', counting(1), x => square(x)));
    fourth().dispose();
    assert.equal((await squares.data())[5], 36);
    squares.dispose();
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
      for (let step = 0; step < 4; step++) {
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
