/**
 * Crop and mirror as tensor operations, beside the loop of `gatherBatch`: the pixels' bytes go to the engine, which divides them by 255
 * and gathers them by an index for each pixel; black is a row of its own.
 *
 *   npx esbuild test/bench/data/augmentOnEngine.ts --bundle --platform=node --format=cjs --main-fields=module,main \
 *     --external:webgpu "--external:@tensorflow/tfjs-node*" --outfile=.build/augmentOnEngine.cjs && node .build/augmentOnEngine.cjs simd
 */
import {
  concat,
  div,
  gather,
  reshape,
  tensor1d,
  tensor2d,
  tensor4d,
  tidy,
  zeros,
} from '@tensorflow/tfjs-core';
import { drawPlacement } from '../../../extension/trainer/data/augmentation';
import { gatherBatch } from '../../../extension/trainer/data/batches';
import { engineOptions } from '../../../extension/trainer/engine/assets';
import type { EngineName } from '../../../extension/trainer/engine/engine';
import { openEngine } from '../../../extension/trainer/engine/open';
import { derive, rootKey } from '../../../extension/trainer/random/key';

const [batch, side, channels] = [128, 32, 3];
const count = batch * side * side * channels;
const set = {
  images: Uint8Array.from({ length: count }, (_, i) => (i * 2654435761) >>> 24),
  labels: new Uint8Array(batch),
  count: batch,
  height: side,
  width: side,
  channels,
};
const augmentation = { cropPadding: 4, flip: true, cutout: 0 };
const indices = Uint32Array.from({ length: batch }, (_, i) => i);
const key = rootKey(1);

/** For each pixel of the batch, which pixel it shows; the one behind the last is black. */
function sources(): Int32Array {
  const found = new Int32Array(batch * side * side).fill(batch * side * side);
  for (let image = 0; image < batch; image++) {
    const { down, right, flipped } = drawPlacement(augmentation, derive(key, image));
    for (let y = Math.max(0, -down); y < Math.min(side, side - down); y++) {
      for (let x = Math.max(0, -right); x < Math.min(side, side - right); x++) {
        const to = (image * side + y) * side + (flipped ? side - 1 - x : x);
        found[to] = (image * side + y + down) * side + x + right;
      }
    }
  }
  return found;
}

const onEngine = () =>
  tidy(() => {
    const pixels = div(tensor2d(Float32Array.from(set.images), [batch * side * side, channels]), 255);
    const rows = concat([pixels, zeros([1, channels])]);
    return reshape(gather(rows, tensor1d(sources(), 'int32')), [batch, side, side, channels]);
  });

const inJavaScript = () => {
  const { images } = gatherBatch(set, indices, augmentation, key);
  return tensor4d(images, [batch, side, side, channels]);
};

async function main(name: EngineName) {
  const engine = await openEngine(name, engineOptions({ allowSoftwareAdapter: true }));
  const [expected, found] = [inJavaScript(), onEngine()].map(tensor => tensor.dataSync());
  if (!expected?.every((value, i) => value === found?.[i]))
    throw new Error('they do not show the same pictures');
  for (const [what, make] of Object.entries({
    onEngine,
    inJavaScript,
    onEngineAgain: onEngine,
    inJavaScriptAgain: inJavaScript,
  })) {
    const times = Array.from({ length: 200 }, () => {
      const start = performance.now();
      make().dispose();
      return performance.now() - start;
    }).sort((a, b) => a - b);
    console.log(
      `${name}, ${what}: ${times[20]?.toFixed(2)} ms (fastest tenth), ${times[100]?.toFixed(2)} ms (median)`,
    );
  }
  await engine.close();
}

main((process.argv[2] ?? 'simd') as EngineName);
