// What JavaScript costs in a training step on the webgpu engine, apart from the GPU: on Dawn's backend that computes nothing.
// It has 512 MB, so the network is a narrow preact-resnet-18 and the batch small: JavaScript's part does not depend on either.
// Arguments: attack steps, measured steps.
// The package's entry points leave gradients out.
import '@tensorflow/tfjs-core/dist/register_all_gradients';
import { backend, dispose, tensor4d } from '@tensorflow/tfjs-core';
import { resolveConfig } from '../../../extension/contract/config';
import { engineOptions } from '../../../extension/trainer/engine/assets';
import type { GpuBackend } from '../../../extension/trainer/engine/webgpu/backend';
import { openWebGpu } from '../../../extension/trainer/engine/webgpu/webgpu';
import { buildModel } from '../../../extension/trainer/models/catalogue';
import { initialParameters, initialStatistics } from '../../../extension/trainer/models/initialise';
import { zeroMomenta } from '../../../extension/trainer/optim/sgd';
import { derive, rootKey } from '../../../extension/trainer/random/key';
import { oneHotLabels } from '../../../extension/trainer/step/batch';
import { keyedDraws } from '../../../extension/trainer/step/draws';
import { recipeOf } from '../../../extension/trainer/step/recipe';
import {
  disposeState,
  disposeStep,
  type TrainingState,
  trainingStep,
} from '../../../extension/trainer/step/trainingStep';

const classes = 10;
const batch = 8;

async function measure(attackSteps: number, steps: number): Promise<void> {
  const engine = await openWebGpu(engineOptions({ webgpuAdapter: 'null' }));
  const gpu = backend() as unknown as GpuBackend;
  const config = resolveConfig({
    dataset: { name: 'mnist' },
    model: { name: 'preact-resnet-18', width: 16 },
    threat: { norm: 'linf', epsilon: '8/255' },
    attack: { steps: attackSteps, stepSize: '2/255' },
    batchSize: batch,
  });
  const model = buildModel(config.model, [32, 32, 3], classes);
  const recipe = recipeOf(config, model);
  const key = derive(rootKey(0), 'bench');
  const parameters = initialParameters(model, key);
  let state: TrainingState = {
    parameters,
    statistics: initialStatistics(model),
    momenta: zeroMomenta(parameters),
  };
  const pixels = new Float32Array(batch * 32 * 32 * 3);
  const labels = new Int32Array(batch);
  for (let step = 0; step < steps; step++) {
    const start = performance.now();
    const before = gpu.commands.dispatches;
    const images = tensor4d(pixels, [batch, 32, 32, 3]);
    const oneHot = oneHotLabels(labels, classes);
    const result = trainingStep(recipe, state, images, oneHot, config.optimizer, keyedDraws(key, step));
    dispose([images, oneHot]);
    disposeState(state);
    state = result.state;
    disposeStep(result, { keepState: true });
    const milliseconds = performance.now() - start;
    const dispatches = gpu.commands.dispatches - before;
    const perDispatch = (1000 * milliseconds) / dispatches;
    console.log(
      `step ${step + 1}: ${milliseconds.toFixed(1)} ms of JavaScript, ${dispatches} dispatches, ${perDispatch.toFixed(1)} µs each, ` +
        `${(gpu.bytesAllocated / 2 ** 30).toFixed(2)} GiB`,
    );
    await gpu.settled();
  }
  await engine.close();
}

const [attackSteps = '10', steps = '12'] = process.argv.slice(2);
await measure(Number(attackSteps), Number(steps));
