/**
 * What loading costs: the time to gather one augmented batch, and memory, on synthetic images of CIFAR-10's number and size.
 *
 *   npx esbuild test/bench/data/loading.ts --bundle --platform=node --format=esm --outfile=.build/loading.mjs && node .build/loading.mjs
 */
import { epochOrder, gatherBatch } from '../../../extension/trainer/data/batches';
import type { ImageSet } from '../../../extension/trainer/data/dataset';
import { rootKey } from '../../../extension/trainer/random/key';

const count = 50_000;
const size = 32 * 32 * 3;
const set: ImageSet = {
  images: Uint8Array.from({ length: count * size }, (_, i) => (i * 2654435761) >>> 24),
  labels: new Uint8Array(count),
  count,
  height: 32,
  width: 32,
  channels: 3,
};
const key = rootKey(1);
const order = epochOrder(
  Uint32Array.from({ length: count }, (_, i) => i),
  key,
  0,
);
const batchSize = 128;
const settings = {
  none: { cropPadding: 0, flip: false, cutout: 0 },
  'crop, flip': { cropPadding: 4, flip: true, cutout: 0 },
  'crop, flip, cutout': { cropPadding: 4, flip: true, cutout: 16 },
};
for (const [name, augmentation] of Object.entries(settings)) {
  const times: number[] = [];
  for (let batch = 0; batch < 300; batch++) {
    const indices = order.subarray(batch * batchSize, (batch + 1) * batchSize);
    const start = performance.now();
    gatherBatch(set, indices, augmentation, key);
    times.push(performance.now() - start);
  }
  times.sort((a, b) => a - b);
  const at = (share: number) => times[Math.floor(share * times.length)]?.toFixed(2);
  console.log(`batch of ${batchSize}, ${name}: ${at(0.1)} ms (fastest tenth), ${at(0.5)} ms (median)`);
}
const start = performance.now();
epochOrder(order, key, 1);
console.log(`an epoch's order: ${(performance.now() - start).toFixed(1)} ms`);
console.log(`resident memory: ${(process.memoryUsage().rss / 1e6).toFixed(0)} MB`);
