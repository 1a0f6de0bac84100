import { open } from 'node:fs/promises';
import path from 'node:path';
import type { ModelConfig } from '../../contract/config';
import { buildModel } from '../models/catalogue';
import type { Model } from '../models/model';
import { writeFileAtomic } from '../run/folder/atomicWrite';
import { CheckpointError } from './checkpointFiles';
import { adoptForeignNames, type ForeignWeights } from './foreignNames';
import type { NamedArray } from './namedArray';
import type { Naming } from './namings';
import { recogniseModel } from './recogniseModel';
import { encodeSafetensors, readSafetensors } from './safetensors';

type Arrays = ReadonlyMap<string, NamedArray>;

/** A checkpoint's network under our names. */
export interface ConvertedNetwork {
  readonly model: Model;
  readonly weights: ForeignWeights;
  /** Batch-norm counters of the file, by our names; those that it lacks are 0. */
  readonly counters: Arrays;
}

/**
 * Reads the network of a safetensors file under whatever names.
 * @param wanted what the file was trained as, with its images and classes; by default they are told from the arrays
 * @throws CheckpointError, SafetensorsError
 */
export async function readNetwork(file: string, wanted?: ModelConfig): Promise<ConvertedNetwork> {
  await refusePickle(file);
  return networkOf((await readSafetensors(file)).arrays, file, wanted);
}

export function networkOf(arrays: Arrays, file: string, wanted?: ModelConfig): ConvertedNetwork {
  const found = recogniseModel(arrays, file);
  if (!found) {
    throw new CheckpointError(
      `${file} holds none of the networks here (${[...arrays.keys()].slice(0, 3).join(', ')}, ...): expected the names ` +
        'of a wide ResNet, a PreActResNet, a small CNN or an MLP.',
    );
  }
  const model = buildModel(wanted ?? found.config, found.inputShape, found.classes);
  const weights = adoptForeignNames(arrays, model, file);
  return { model, weights, counters: countersOf(arrays, model) };
}

/** A .pt file is a program that Python runs as it loads it: reading one here would be no safer. */
async function refusePickle(file: string): Promise<void> {
  const start = new Uint8Array(9);
  const handle = await open(file, 'r').catch(() => undefined);
  await handle?.read(start, 0, 9, 0).finally(() => handle.close());
  const isZip = start[0] === 0x50 && start[1] === 0x4b;
  const isPickle = start[0] === 0x80 && start[8] !== '{'.charCodeAt(0);
  if (!isZip && !isPickle) return;
  throw new CheckpointError(
    `${file} is a file of torch.save, a pickle. Convert it with PyTorch first: python3 ${converterScript()} ${file} ` +
      `${path.basename(file).replace(/\.[^.]*$/, '')}.safetensors`,
  );
}

/** The Python script that comes with the program. */
export function converterScript(): string {
  return path.join(__dirname, 'python', 'convert_checkpoint.py');
}

function countersOf(arrays: Arrays, model: Model): Arrays {
  const counters = new Map<string, NamedArray>();
  for (const { name } of model.batchNorms) {
    const own = `${name}.num_batches_tracked`;
    const found = [...arrays].find(([original]) => original === own || original.endsWith(`.${own}`))?.[1];
    const data = found?.dtype === 'I64' && found.data.length === 1 ? found.data : BigInt64Array.of(0n);
    counters.set(own, { dtype: 'I64', shape: [], data });
  }
  return counters;
}

export interface WritingOptions {
  readonly naming: Naming;
  /** Put before every name, for example "module.". */
  readonly prefix: string;
  /**
   * Whether normalisation kept outside the network becomes the arrays `mean` and `std`, which this program applies and a
   * PyTorch network with `strict=True` refuses. It is in the metadata anyway.
   */
  readonly normalisationArrays: boolean;
}

/**
 * Writes a network's `state_dict`, batch-norm statistics and counters included, so that PyTorch loads it with `strict=True`.
 * @throws CheckpointError where the naming is none of the network's, FileWriteError
 */
export async function writeNetwork(
  { model, weights, counters }: ConvertedNetwork,
  file: string,
  { naming, prefix, normalisationArrays }: WritingOptions,
): Promise<void> {
  if (naming === 'trades' && model.name !== 'small-cnn') {
    throw new CheckpointError(
      `"trades" names the layers of small-cnn; ${model.name} has its authors' names as it is.`,
    );
  }
  const arrays = new Map<string, NamedArray>();
  for (const [name, array] of [...weights.arrays, ...counters]) {
    arrays.set(prefix + (naming === 'trades' ? tradesName(name) : name), array);
  }
  const { normalisation } = weights;
  for (const [name, values] of Object.entries(normalisation ?? {})) {
    if (!normalisationArrays) continue;
    arrays.set(name, { dtype: 'F32', shape: [values.length], data: Float32Array.from(values) });
  }
  const metadata = {
    format: 'pt',
    model: model.name,
    classes: String(model.classes),
    images: model.inputShape.join('x'),
    ...(normalisation ? { mean: normalisation.mean.join(), std: normalisation.std.join() } : {}),
  };
  await writeFileAtomic(file, encodeSafetensors(arrays, metadata));
}

function tradesName(name: string): string {
  return name.startsWith('conv')
    ? `feature_extractor.${name}`
    : `classifier.${name.replace(/^fc\./, 'fc3.')}`;
}
