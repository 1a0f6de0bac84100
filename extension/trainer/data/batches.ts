import { permutation } from '../random/draws';
import { derive, type Key } from '../random/key';
import { type Augmentation, cropAndFlip, cutHole, drawHole, drawPlacement } from './augmentation';
import type { ImageSet } from './dataset';

export interface Batch {
  /** [batch, height, width, channels] in [0, 1], row-major. */
  readonly images: Float32Array;
  /** [batch] */
  readonly labels: Int32Array;
}

/** Equal to float32(v / 255) for every byte v, as torchvision's ToTensor gives. */
const unitInterval = Float32Array.from({ length: 256 }, (_, value) => value / 255);

/** The order in which an epoch (0, 1, ...) visits the training images: a new shuffle each epoch. */
export function epochOrder(trainIndices: Uint32Array, key: Key, epoch: number): Uint32Array {
  const places = permutation(derive(key, 'order', epoch), trainIndices.length);
  return places.map(place => trainIndices[place] ?? 0);
}

/**
 * Whole batches in an epoch of `count` images: the incomplete last one is dropped, as by PyTorch's `drop_last=True`,
 * because GPU engines compile for one shape. Fewer images than `batchSize` make one smaller batch.
 */
export function stepsPerEpoch(count: number, batchSize: number): number {
  return Math.max(1, Math.floor(count / batchSize));
}

/** Consecutive batches of the indices, the last one possibly short: every image is evaluated exactly once. */
export function batchesOf(indices: Uint32Array, batchSize: number): Uint32Array[] {
  return Array.from({ length: Math.ceil(indices.length / batchSize) }, (_, i) =>
    indices.subarray(i * batchSize, (i + 1) * batchSize),
  );
}

/** The images of the set at the given indices, as they are. Throws RangeError for an index outside the set. */
export function gatherBatch(set: ImageSet, indices: Uint32Array): Batch;
/** The same, augmented. `epochKey`: one key an epoch; what happens to an image depends on it and on the image's index only. */
export function gatherBatch(
  set: ImageSet,
  indices: Uint32Array,
  augmentation: Augmentation,
  epochKey: Key,
): Batch;
export function gatherBatch(
  set: ImageSet,
  indices: Uint32Array,
  augmentation?: Augmentation,
  epochKey?: Key,
): Batch {
  const size = set.height * set.width * set.channels;
  const images = new Float32Array(indices.length * size);
  const labels = new Int32Array(indices.length);
  const isPlaced = augmentation !== undefined && (augmentation.cropPadding > 0 || augmentation.flip);
  for (const [position, index] of indices.entries()) {
    const label = set.labels[index];
    if (label === undefined) throw new RangeError(`Image ${index} asked for; the set has ${set.count}.`);
    labels[position] = label;
    const source = set.images.subarray(index * size, (index + 1) * size);
    const target = images.subarray(position * size, (position + 1) * size);
    if (isPlaced && epochKey !== undefined) {
      cropAndFlip(source, target, set, drawPlacement(augmentation, derive(epochKey, index)), unitInterval);
    } else {
      for (let i = 0; i < size; i++) target[i] = unitInterval[source[i] ?? 0] ?? 0;
    }
    if (augmentation !== undefined && augmentation.cutout > 0 && epochKey !== undefined) {
      cutHole(target, set, drawHole(augmentation, set, derive(epochKey, index)));
    }
  }
  return { images, labels };
}
