/**
 * Our side of the round trip with PyTorch, as a program:
 *
 *   network make MODEL CLASSES FILE             a network with random weights and statistics, written as a run writes it
 *   network logits FILE IMAGES OUT ENGINE       the logits of a file that `import` has written
 *
 * IMAGES and OUT are safetensors files with one array, `images` [N, C, H, W] and `logits` [N, classes].
 */
import { writeFile } from 'node:fs/promises';
import { mul, sub, tensor, tensor4d, transpose } from '@tensorflow/tfjs-core';
import { readNetwork } from '../../extension/trainer/checkpoint/convert';
import { asFloat32, type NamedArray } from '../../extension/trainer/checkpoint/namedArray';
import { encodeSafetensors, readSafetensors } from '../../extension/trainer/checkpoint/safetensors';
import { engineOptions } from '../../extension/trainer/engine/assets';
import { engineNames } from '../../extension/trainer/engine/engine';
import { openEngine } from '../../extension/trainer/engine/open';
import { buildModel } from '../../extension/trainer/models/catalogue';
import { initialParameters } from '../../extension/trainer/models/initialise';
import { modelNamed } from '../../extension/trainer/models/modelNamed';
import { mapTensors } from '../../extension/trainer/models/tensorMap';
import { normals, uniforms } from '../../extension/trainer/random/draws';
import { derive, type Key, rootKey } from '../../extension/trainer/random/key';
import { restoreParameters, restoreStatistics, weightArrays } from '../../extension/trainer/run/snapshot';

const [action, ...rest] = process.argv.slice(2);
if (action === 'make') await make(rest);
else if (action === 'logits') await logits(rest);
else throw new Error(`network: expected "make" or "logits", found ${action}`);

async function make([name = '', classes = '', file = '']: readonly string[]): Promise<void> {
  const engine = await openEngine('cpu', engineOptions());
  const config = modelNamed(name);
  const grey = config.family === 'small-cnn' || config.family === 'mlp';
  const model = buildModel(config, grey ? [28, 28, 1] : [32, 32, 3], Number(classes));
  const key = rootKey(2024);
  // Offsets and scales that start as constants would hide a mistaken order of channels.
  const parameters = mapTensors(initialParameters(model, key), (value, array) =>
    array.endsWith('.weight') && value.rank > 1 && !array.startsWith('fc.')
      ? value
      : noise(
          derive(key, 'noise', array),
          value.shape,
          array.endsWith('.weight') && value.rank === 1 ? 1 : 0,
        ),
  );
  const statistics = new Map(
    model.batchNorms.flatMap(layer => {
      const shape = [layer.channels];
      const own = derive(key, 'statistics', layer.name);
      return [
        [`${layer.name}.running_mean`, noise(derive(own, 'mean'), shape, 0)] as const,
        [
          `${layer.name}.running_var`,
          tensor(uniforms(derive(own, 'variance'), layer.channels).map(u => u + 0.5)),
        ] as const,
      ];
    }),
  );
  const arrays = await weightArrays(model, parameters, statistics, 7);
  await writeFile(file, Buffer.concat(encodeSafetensors(arrays, { format: 'pt' })));
  await engine.close();
}

function noise(key: Key, shape: readonly number[], centre: number) {
  const count = shape.reduce((product, size) => product * size, 1);
  return tensor(
    normals(key, count).map(value => centre + 0.1 * value),
    [...shape],
  );
}

async function logits([
  file = '',
  imagesFile = '',
  out = '',
  wanted = 'simd',
]: readonly string[]): Promise<void> {
  const engine = await openEngine(engineNames.find(name => name === wanted) ?? 'simd', engineOptions());
  const { model, weights } = await readNetwork(file);
  const images = (await readSafetensors(imagesFile)).arrays.get('images');
  if (!images) throw new Error(`${imagesFile} has no array "images".`);
  const [count = 0, channels = 0, height = 0, width = 0] = images.shape;
  const nhwc = transpose(tensor4d(asFloat32(images), [count, channels, height, width]), [0, 2, 3, 1]);
  const [mean, std] = [weights.normalisation?.mean ?? [0], weights.normalisation?.std ?? [1]];
  const normalised = mul(sub(nhwc, tensor([...mean])), tensor(std.map(value => 1 / value))) as typeof nhwc;
  const result = model.forward(
    restoreParameters(model, weights.arrays),
    restoreStatistics(model, weights.arrays),
    normalised,
    'eval',
  ).logits;
  const data = Float32Array.from(await result.data());
  const array: NamedArray = { dtype: 'F32', shape: result.shape, data };
  await writeFile(out, Buffer.concat(encodeSafetensors(new Map([['logits', array]]))));
  await engine.close();
}
