import type { Tensor } from '@tensorflow/tfjs-core';
import { CheckpointError } from '../checkpoint/checkpointStore';
import { toEngineLayout, toPyTorchLayout } from '../checkpoint/layout';
import { asFloat32, type NamedArray } from '../checkpoint/namedArray';
import type { Model } from '../models/model';
import type { TensorMap } from '../models/tensorMap';
import { statisticSpecs } from '../models/tensorSpecs';
import type { RunTensors } from './runTensors';

type Arrays = ReadonlyMap<string, NamedArray>;

/** Weights and batch-norm statistics as PyTorch's `state_dict` holds them, `num_batches_tracked` included. */
export async function weightArrays(
  model: Model,
  parameters: TensorMap,
  statistics: TensorMap,
  statisticsUpdates: number,
): Promise<Arrays> {
  const arrays = new Map<string, NamedArray>(await downloadAll(parameters, ''));
  for (const [name, array] of await downloadAll(statistics, '')) arrays.set(name, array);
  for (const { name } of model.batchNorms) {
    const data = BigInt64Array.of(BigInt(statisticsUpdates));
    arrays.set(`${name}.num_batches_tracked`, { dtype: 'I64', shape: [], data });
  }
  return arrays;
}

/** What only further training needs. */
export async function optimizerArrays({ momenta, average }: RunTensors): Promise<Arrays> {
  const arrays = new Map(await downloadAll(momenta, 'momentum.'));
  for (const [name, array] of average ? await downloadAll(average, 'average.') : []) arrays.set(name, array);
  return arrays;
}

/** The tensors of a checkpoint. Throws CheckpointError naming the array that does not fit the network. */
export function restoreTensors(
  model: Model,
  weights: Arrays,
  optimizer: Arrays,
  averaged: boolean,
): RunTensors {
  const parameters = (arrays: Arrays, prefix: string) =>
    upload(
      arrays,
      model.parameters.map(({ name, shape }) => ({ name, shape })),
      prefix,
    );
  return {
    parameters: parameters(weights, ''),
    statistics: restoreStatistics(model, weights),
    momenta: parameters(optimizer, 'momentum.'),
    ...(averaged ? { average: parameters(optimizer, 'average.') } : {}),
  };
}

export function restoreParameters(model: Model, weights: Arrays): TensorMap {
  return upload(weights, model.parameters, '');
}

export function restoreStatistics(model: Model, weights: Arrays): TensorMap {
  return upload(weights, statisticSpecs(model), '');
}

async function downloadAll(map: TensorMap, prefix: string): Promise<[string, NamedArray][]> {
  const arrays: [string, NamedArray][] = [];
  for (const [name, tensor] of map) {
    const { shape, data } = await toPyTorchLayout(tensor);
    arrays.push([prefix + name, { dtype: 'F32', shape, data }]);
  }
  return arrays;
}

function upload(
  arrays: Arrays,
  specs: readonly { readonly name: string; readonly shape: readonly number[] }[],
  prefix: string,
): TensorMap {
  const map = new Map<string, Tensor>();
  for (const { name, shape } of specs) {
    const array = arrays.get(prefix + name);
    if (!array)
      throw new CheckpointError(`The checkpoint has no array "${prefix}${name}", which the network needs.`);
    if (array.shape.join() !== shape.join()) {
      throw new CheckpointError(
        `The checkpoint's "${prefix}${name}" has the shape [${array.shape.join(', ')}]; the network needs [${shape.join(', ')}].`,
      );
    }
    map.set(name, toEngineLayout(asFloat32(array), shape));
  }
  return map;
}
