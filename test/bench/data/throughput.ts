/**
 * Training throughput with and without data loading: an image folder of CIFAR's shape is written, decoded into its store and opened
 * again; then steps are taken on the images that an epoch gathers and augments, and on one batch that was gathered before. Processor
 * time, for other work on the machine does not disturb it; the simd engine on one thread, so that none waits for another.
 *
 *   npx esbuild test/bench/data/throughput.ts --bundle --platform=node --format=cjs --main-fields=module,main \
 *     --external:webgpu "--external:@tensorflow/tfjs-node*" --outfile=.build/throughput.cjs && node .build/throughput.cjs
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { encode } from 'fast-png';
import { resolveConfig } from '../../../extension/contract/config';
import { epochOrder, gatherBatch } from '../../../extension/trainer/data/batches';
import type { Dataset } from '../../../extension/trainer/data/dataset';
import { loadStored } from '../../../extension/trainer/data/load';
import { configuredOptions } from '../../../extension/trainer/engine/configuredOptions';
import { openEngine } from '../../../extension/trainer/engine/open';
import { uniforms } from '../../../extension/trainer/random/draws';
import { derive, rootKey } from '../../../extension/trainer/random/key';
import { stepsOnEngine } from '../../../extension/trainer/run/steps';
import { freshState, planWorkload } from '../../../extension/trainer/run/workload';
import { disposeState } from '../../../extension/trainer/step/trainingStep';

const [trainImages, testImages, classes, side] = [4000, 200, 10, 32];
const augmentation = { cropPadding: 4, flip: true, cutout: 16 };

async function writeImages(folder: string): Promise<void> {
  for (const [split, count] of Object.entries({ train: trainImages, test: testImages })) {
    for (let i = 0; i < classes; i++) await mkdir(path.join(folder, split, String(i)), { recursive: true });
    for (let i = 0; i < count; i++) {
      const noise = uniforms(derive(rootKey(1), split, i), side * side * 3);
      const data = Uint8Array.from(noise, value => 256 * value);
      const png = encode({ width: side, height: side, data, channels: 3, depth: 8 });
      await writeFile(path.join(folder, split, String(i % classes), `${i}.png`), png);
    }
  }
}

async function timed<Result>(what: string, work: () => Promise<Result>): Promise<Result> {
  const before = process.cpuUsage();
  const result = await work();
  console.log(`${what}: ${(processorMilliseconds(before) / 1000).toFixed(2)} s`);
  return result;
}

function processorMilliseconds(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

async function measure(
  dataset: Dataset,
  model: string,
  batchSize: number,
  attackSteps: number,
  count: number,
) {
  const config = resolveConfig({
    dataset: { name: 'images', path: 'images', validationExamples: 0 },
    model: { name: model },
    threat: { norm: 'linf', epsilon: '8/255' },
    attack: { steps: attackSteps },
    taylor: { order: 2 },
    augmentation,
    batchSize,
    compute: { engine: 'simd', threads: 1 },
  });
  const engine = await openEngine('simd', configuredOptions(config.compute));
  const workload = planWorkload(config, dataset);
  const { key, recipe, train } = workload;
  const steps = stepsOnEngine(recipe, key);
  const order = epochOrder(train, key, 0);
  let state = freshState(workload);
  const gather = (step: number) =>
    gatherBatch(
      dataset.train,
      order.subarray(step * batchSize, (step + 1) * batchSize),
      config.augmentation,
      derive(key, 'augmentation', 0),
    );
  const ready = gather(0);
  const times: Record<'with' | 'without', number[]> = { with: [], without: [] };
  for (let step = 0; step < 2 * count + 2; step++) {
    const kind = step % 2 === 0 ? 'with' : 'without';
    const before = process.cpuUsage();
    const batch = kind === 'with' ? gather(step) : ready;
    const taken = await steps.take(state, { step, batch, sgd: config.optimizer, awpGamma: 0 });
    await taken.figures();
    const milliseconds = processorMilliseconds(before);
    disposeState(state);
    state = taken.state;
    taken.dispose();
    if (step >= 2) times[kind].push(milliseconds);
  }
  await engine.close();
  const rate = (kind: 'with' | 'without') => {
    const sorted = times[kind].toSorted((a, b) => a - b);
    return (1000 * batchSize) / (sorted[sorted.length >> 1] ?? Number.NaN);
  };
  console.log(
    `${model}, batch ${batchSize}, ${attackSteps} attack steps: ${rate('with').toFixed(2)} images/s with loading, ` +
      `${rate('without').toFixed(2)} without`,
  );
}

async function main() {
  const folder = await mkdtemp(path.join(tmpdir(), 'rat-throughput-'));
  try {
    await writeImages(folder);
    const open = () => loadStored({ name: 'images', path: folder }, { embeddedMnist: '', config: folder });
    await timed(`decode ${trainImages + testImages} PNG into the store`, open);
    const { dataset } = await timed('open the store', open);
    await measure(dataset, 'small-cnn', 128, 3, 6);
    await measure(dataset, 'preact-resnet-18', 16, 1, 3);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

main();
