// Writes what another program needs to measure the same landscape: images, adversarial images, their random starts, all random
// directions and probes, in PyTorch's layouts, beside the figures that a result file of `landscape` holds.
// Run: npx esbuild test/bench/landscape/export.ts --bundle --platform=node --main-fields=module,main --external:webgpu
//        --external:@tensorflow/tfjs-node --external:@tensorflow/tfjs-node-gpu --outfile=.build/bench/exportLandscape.cjs
//      node .build/bench/exportLandscape.cjs RESULT.json OUT.safetensors
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type Tensor, type Tensor4D, tensor4d, transpose } from '@tensorflow/tfjs-core';
import { parseLandscape } from '../../../extension/contract/landscape';
import { startingPoint } from '../../../extension/trainer/attacks/startingPoint';
import { toPyTorchLayout } from '../../../extension/trainer/checkpoint/layout';
import type { NamedArray } from '../../../extension/trainer/checkpoint/namedArray';
import { encodeSafetensors, readSafetensors } from '../../../extension/trainer/checkpoint/safetensors';
import { gatherBatch } from '../../../extension/trainer/data/batches';
import { loadMnist } from '../../../extension/trainer/data/mnist';
import { assetFolder, engineOptions } from '../../../extension/trainer/engine/assets';
import { engineNames } from '../../../extension/trainer/engine/engine';
import { openEngine } from '../../../extension/trainer/engine/open';
import { pgdExamples } from '../../../extension/trainer/evaluation/robustAccuracy';
import { subjectOf } from '../../../extension/trainer/evaluation/subject';
import { gaussianVector, randomDirection, signVector } from '../../../extension/trainer/landscape/directions';
import { uploadNetwork } from '../../../extension/trainer/landscape/network';
import { smallCnn } from '../../../extension/trainer/models/smallCnn';
import type { TensorMap } from '../../../extension/trainer/models/tensorMap';
import { uniforms } from '../../../extension/trainer/random/draws';
import { derive, rootKey } from '../../../extension/trainer/random/key';

async function main([resultFile, outFile]: readonly string[]): Promise<void> {
  if (!resultFile || !outFile) throw new Error('Name a result file of landscape and a file to write.');
  const text = await readFile(resultFile, 'utf8');
  const result = parseLandscape(text);
  const attack = result?.setting.attack;
  if (!result || !attack) throw new Error(`${resultFile} is no landscape with adversarial losses.`);
  const { setting } = result;
  const engine = await openEngine(engineNames.find(name => name === result.engine) ?? 'cpu', engineOptions());

  const model = smallCnn([28, 28, 1], 10, { channels: [32, 64], hidden: 200 });
  const { file } = setting.checkpoint;
  const { network } = uploadNetwork(subjectOf((await readSafetensors(file)).arrays, model, file), undefined);
  const dataset = await loadMnist(path.join(assetFolder(), 'data/mnist'));
  const indices = Uint32Array.from(setting.indices);
  const { images, labels } = gatherBatch(dataset[setting.split], indices);
  const natural = tensor4d(images, [indices.length, 28, 28, 1]);

  const key = derive(rootKey(setting.seed), 'landscape');
  const attackKey = derive(key, 'attack');
  const { norm, epsilon, steps, stepSize } = attack;
  const threat = { norm, epsilon };
  const adversarial = pgdExamples(network, natural, labels, indices, threat, { steps, stepSize }, attackKey);
  const starts = startingPoint(natural, 'uniform', 0, threat, (kind, size) => {
    const each = size / indices.length;
    const out = new Float32Array(size);
    for (const [i, index] of indices.entries())
      out.set(uniforms(derive(attackKey, kind, index), each), i * each);
    return out;
  });

  const arrays = new Map<string, NamedArray>();
  const add = async (name: string, tensor: Tensor) => {
    const { shape, data } = await toPyTorchLayout(tensor);
    arrays.set(name, { dtype: 'F32', shape, data });
  };
  const addImages = async (name: string, batch: Tensor4D) => {
    const data = Float32Array.from(await transpose(batch, [0, 3, 1, 2]).data());
    arrays.set(name, { dtype: 'F32', shape: [indices.length, 1, 28, 28], data });
  };
  const addVector = async (prefix: string, vector: TensorMap) => {
    for (const [name, tensor] of vector) await add(`${prefix}.${name}`, tensor);
  };
  await addImages('images', natural);
  await addImages('adversarial', adversarial);
  await addImages('starts', starts);
  arrays.set('labels', { dtype: 'F32', shape: [labels.length], data: Float32Array.from(labels) });
  await addVector('weights', network.parameters);
  for (const axis of ['x', 'y'] as const) {
    const along = randomDirection(model, network.parameters, 'filter', 1, derive(key, 'axis', axis));
    await addVector(`axis.${axis}`, along);
  }
  for (const { scale, rho } of setting.sharpness?.scales ?? []) {
    for (let i = 0; i < (setting.sharpness?.directions ?? 0); i++) {
      const direction = randomDirection(
        model,
        network.parameters,
        scale,
        rho,
        derive(derive(key, 'sharpness'), i),
      );
      await addVector(`${scale}.${i}`, direction);
    }
  }
  for (let probe = 0; probe < (setting.probes ?? 0); probe++) {
    await addVector(`probe.${probe}`, signVector(model, derive(derive(key, 'trace'), probe)));
  }
  await addVector('start', gaussianVector(model, derive(key, 'eigenvalue')));

  await writeFile(outFile, encodeSafetensors(arrays, { landscape: text }));
  await engine.close();
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
