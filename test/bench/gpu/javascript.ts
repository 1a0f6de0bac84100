// What JavaScript costs in a training step on the webgpu engine, apart from the GPU: on Dawn's backend that computes nothing.
// It has 512 MB, so the network is a narrow preact-resnet-18 and the batch small: JavaScript's part does not depend on either.
// Beside it what the same number of bare dispatches costs, in turns with the steps: the least that any program could need.
// Arguments: attack steps, measured steps.
// The package's entry points leave gradients out.
import '@tensorflow/tfjs-core/dist/register_all_gradients';
import { backend, dispose, type Tensor4D, tensor4d } from '@tensorflow/tfjs-core';
import { resolveConfig } from '../../../extension/contract/config';
import { pgdAttack } from '../../../extension/trainer/attacks/pgdAttack';
import type { Victim } from '../../../extension/trainer/attacks/victim';
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
const inputShape = [32, 32, 3] as const;

const config = (attackSteps: number) =>
  resolveConfig({
    dataset: { name: 'mnist' },
    model: { name: 'preact-resnet-18', width: 16 },
    threat: { norm: 'linf', epsilon: '8/255' },
    attack: { steps: attackSteps, stepSize: '2/255' },
    batchSize: batch,
  });

async function measure(attackSteps: number, steps: number): Promise<void> {
  const engine = await openWebGpu(engineOptions({ webgpuAdapter: 'null' }));
  const gpu = backend() as unknown as GpuBackend;
  const resolved = config(attackSteps);
  const model = buildModel(resolved.model, inputShape, classes);
  const recipe = recipeOf(resolved, model);
  const key = derive(rootKey(0), 'bench');
  const parameters = initialParameters(model, key);
  let state: TrainingState = {
    parameters,
    statistics: initialStatistics(model),
    momenta: zeroMomenta(parameters),
  };
  const pixels = new Float32Array(batch * 32 * 32 * 3);
  const labels = new Int32Array(batch);
  const bare = bareDispatches(gpu.device);
  const times: Record<'step' | 'bare', number[]> = { step: [], bare: [] };
  for (let step = 0; step < steps; step++) {
    const before = gpu.commands.dispatches;
    const start = performance.now();
    const images = tensor4d(pixels, [batch, ...inputShape]);
    const oneHot = oneHotLabels(labels, classes);
    const result = trainingStep(recipe, state, images, oneHot, resolved.optimizer, keyedDraws(key, step));
    dispose([images, oneHot]);
    disposeState(state);
    state = result.state;
    disposeStep(result, { keepState: true });
    const milliseconds = performance.now() - start;
    const dispatches = gpu.commands.dispatches - before;
    await gpu.settled();
    if (step === 0) {
      console.log(`first step, which is recorded: ${milliseconds.toFixed(0)} ms of JavaScript`);
      continue;
    }
    times.step.push(milliseconds);
    times.bare.push(bare(dispatches));
    await gpu.settled();
    if (step < steps - 1) continue;
    const memory = (gpu.bytesAllocated / 2 ** 30).toFixed(2);
    console.log(
      `${dispatches} dispatches a step, ${memory} GiB; milliseconds of JavaScript in ${steps - 1} steps:`,
    );
    console.log(`  a step: ${spread(times.step)}\n  as many bare dispatches: ${spread(times.bare)}`);
  }
  await engine.close();
}

/** A step of PGD as `evaluate` takes it, with the network's tensors told and not: only then are steps repeated. */
async function measureAttack(steps: number): Promise<void> {
  const engine = await openWebGpu(engineOptions({ webgpuAdapter: 'null' }));
  const model = buildModel(config(steps).model, inputShape, classes);
  const key = derive(rootKey(0), 'bench');
  const parameters = initialParameters(model, key);
  const statistics = initialStatistics(model);
  const plain: Victim = {
    classes,
    logits: images => model.forward(parameters, statistics, images, 'eval').logits,
  };
  const repeated: Victim = { ...plain, weights: [...parameters.values(), ...statistics.values()] };
  const images: Tensor4D = tensor4d(new Float32Array(batch * 32 * 32 * 3), [batch, ...inputShape]);
  const labels = new Int32Array(batch);
  const ranking = Array.from(labels, () => Array.from({ length: classes }, (_, c) => c));
  const gpu = backend() as unknown as GpuBackend;
  for (const [how, victim] of [
    ['through TensorFlow.js', plain],
    ['repeated', repeated],
  ] as const) {
    const times: number[] = [];
    let start = 0;
    const spend = async () => {
      if (start > 0) times.push(performance.now() - start);
      await gpu.settled();
      start = performance.now();
    };
    const setting = { victim, threat: { norm: 'linf', epsilon: 8 / 255 }, key, spend } as const;
    const cleanGradient = () => Promise.reject(new Error('PGD asks for none'));
    const attacked = { images, labels, ranking, indices: Uint32Array.from(labels.keys()) };
    const { images: found } = await pgdAttack({ steps }).run({ ...setting, cleanGradient }, attacked, 0);
    found?.dispose();
    console.log(`a PGD step ${how}: ${spread(times)}`);
  }
  await engine.close();
}

/** @returns the milliseconds of so many dispatches of one small program, with a bind group each */
function bareDispatches(device: GPUDevice): (count: number) => number {
  const code =
    '@group(0) @binding(0) var<storage, read_write> y: array<f32>; @compute @workgroup_size(64) fn main() { y[0] = 1.0; }';
  const module = device.createShaderModule({ code });
  const buffer = device.createBuffer({ size: 256, usage: GPUBufferUsage.STORAGE });
  const works = Array.from({ length: 8 }, () => {
    const pipeline = device.createComputePipeline({ layout: 'auto', compute: { module } });
    const layout = pipeline.getBindGroupLayout(0);
    return {
      pipeline,
      bindGroup: device.createBindGroup({ layout, entries: [{ binding: 0, resource: { buffer } }] }),
    };
  });
  return count => {
    const start = performance.now();
    const encoder = device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    for (let i = 0; i < count; i++) {
      const { pipeline, bindGroup } = works[i % works.length] as (typeof works)[number];
      pass.setPipeline(pipeline);
      pass.setBindGroup(0, bindGroup);
      pass.dispatchWorkgroups(4, 4, 1);
    }
    pass.end();
    device.queue.submit([encoder.finish()]);
    return performance.now() - start;
  };
}

/** What a busy machine adds is in the median, and less of it in the best tenth. */
function spread(values: readonly number[]): string {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number) => (sorted[Math.floor(share * (sorted.length - 1))] ?? Number.NaN).toFixed(1);
  return `${at(0)} at best, ${at(0.1)} in the best tenth, ${at(0.5)} in the middle`;
}

const [attackSteps = '10', steps = '60'] = process.argv.slice(2);
await measure(Number(attackSteps), Number(steps));
await measureAttack(20);
