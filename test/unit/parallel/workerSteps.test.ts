import assert from 'node:assert/strict';
import type { Worker } from 'node:worker_threads';
import { resolveConfig } from '../../../extension/contract/config';
import type { RawConfig } from '../../../extension/contract/config/schema';
import { buildModel } from '../../../extension/trainer/models/catalogue';
import { initialParameters, initialStatistics } from '../../../extension/trainer/models/initialise';
import { type TensorMap, tensorOf } from '../../../extension/trainer/models/tensorMap';
import { zeroMomenta } from '../../../extension/trainer/optim/sgd';
import { startWorkerSteps } from '../../../extension/trainer/parallel/workerSteps';
import { WorkerFailed } from '../../../extension/trainer/parallel/workerTeam';
import { integers, uniforms } from '../../../extension/trainer/random/draws';
import { rootKey } from '../../../extension/trainer/random/key';
import { type StepRequest, type Steps, stepsOnEngine } from '../../../extension/trainer/run/steps';
import { recipeOf } from '../../../extension/trainer/step/recipe';
import { onEngine, valuesOf } from '../support/engine';

const key = rootKey(3);
const batchSize = 7;
const inputShape = [6, 6, 1] as const;
const classes = 4;

describe('A training step on several workers', () => {
  onEngine('wasm');

  const batchNormed: Partial<RawConfig> = {
    model: { name: 'preact-resnet-18', width: 4, blocks: [1, 1] },
    compute: { synchroniseBatchNorm: true },
  };
  /** Every reduction over the batch that an objective makes: in its terms, its Taylor targets, its weight perturbation. */
  const settings: Readonly<Record<string, Partial<RawConfig>>> = {
    'TRADES with last-layer terms and AWP': { taylor: { order: 2 }, awp: { gamma: 0.01 } },
    'TRADES with antithetic terms and a uniform l2 start': {
      threat: { norm: 'l2', epsilon: 0.5 },
      attack: { steps: 3, start: 'uniform' },
      taylor: { order: 2, estimator: 'antithetic' },
    },
    'MART with noisy attack weights': { objective: { name: 'mart' }, taylor: { order: 1 } },
    'TRADES with synchronised batch norm in the attack too, and AWP': {
      ...batchNormed,
      attack: { steps: 2, batchNorm: 'train' },
      taylor: { order: 2 },
      awp: { gamma: 0.01 },
    },
    'antithetic terms with synchronised batch norm': {
      ...batchNormed,
      taylor: { order: 2, estimator: 'antithetic' },
    },
  };

  for (const [name, setting] of Object.entries(settings)) {
    it(`is the step of one worker on the same batch, to 1e-5: ${name}`, async () => {
      const { one, several } = await plan(setting, 3);
      const [expected, found] = [await taken(one), await taken(several)];
      await several.close();
      assertNear(found.gradients, expected.gradients);
      assertNear(found.parameters, expected.parameters);
      assertNear(found.statistics, expected.statistics);
      for (const [term, value] of Object.entries(expected.figures.loss)) {
        const other = { ...found.figures.loss }[term as 'total'] ?? Number.NaN;
        assert.ok(
          Math.abs(other - value) <= 1e-5 * Math.max(1, Math.abs(value)),
          `${term}: ${other}, ${value}`,
        );
      }
      assert.equal(found.figures.accuracy.clean?.toFixed(9), expected.figures.accuracy.clean?.toFixed(9));
    });
  }

  it('ends with the name of a worker that dies, also while the others wait for it', async () => {
    const born: Worker[] = [];
    const remember = (worker: Worker) => born.push(worker);
    process.on('worker', remember);
    const { several } = await plan({ attack: { steps: 200 } }, 2);
    process.off('worker', remember);
    const step = taken(several);
    await born[1]?.terminate();
    await assert.rejects(step, (error: unknown) => {
      assert.ok(error instanceof WorkerFailed);
      assert.match(error.message, /^Worker 2 of 2 ended unexpectedly/);
      return true;
    });
    await several.close();
  });
});

async function plan(setting: Partial<RawConfig>, workers: number) {
  const config = resolveConfig({
    dataset: { name: 'mnist' },
    model: { name: 'mlp', layers: [12] },
    threat: { norm: 'linf', epsilon: 0.1 },
    attack: { steps: 3 },
    batchSize,
    ...setting,
  });
  const model = buildModel(config.model, inputShape, classes);
  const recipe = recipeOf(config, model);
  const seeded = { ...config, seed: key[0] };
  const several = await startWorkerSteps({
    config: seeded,
    model,
    batchSize,
    workers,
    engine: 'wasm',
    threads: 1,
  });
  const parameters = initialParameters(model, key);
  const state = { parameters, statistics: initialStatistics(model), momenta: zeroMomenta(parameters) };
  const request: StepRequest = {
    step: 5,
    batch: {
      images: uniforms(key, batchSize * 36),
      labels: Int32Array.from(integers(key, batchSize, classes)),
    },
    sgd: { learningRate: 0.1, momentum: 0.9, weightDecay: 5e-4 },
    awpGamma: config.awp.gamma,
  };
  const ready = (steps: Steps) => ({ take: () => steps.take(state, request), close: () => steps.close() });
  return { one: ready(stepsOnEngine(recipe, key)), several: ready(several) };
}

async function taken(steps: { take(): ReturnType<Steps['take']> }) {
  const { state, gradients, figures } = await steps.take();
  return { parameters: state.parameters, statistics: state.statistics, gradients, figures: await figures() };
}

/** Within 1e-5 of the largest number of each tensor. */
function assertNear(found: TensorMap, expected: TensorMap): void {
  assert.deepEqual([...found.keys()], [...expected.keys()]);
  for (const [name, tensor] of expected) {
    const wanted = valuesOf(tensor);
    const values = valuesOf(tensorOf(found, name));
    const largest = Math.max(...wanted.map(Math.abs));
    wanted.forEach((value, i) => {
      const error = Math.abs(value - (values[i] ?? Number.NaN));
      assert.ok(error <= 1e-5 * largest, `${name}[${i}]: ${values[i]}, expected ${value}`);
    });
  }
}
