import { type Config, resolveConfig } from '../../../contract/config';
import { explainExhaustion } from '../../engine/batchTooLarge';
import { configuredOptions } from '../../engine/configuredOptions';
import type { Engine, EnginePeak, EngineWork, KernelTimes } from '../../engine/engine';
import { chooseEngine } from '../../engine/open';
import { buildModel } from '../../models/catalogue';
import type { Model } from '../../models/model';
import { chooseSteps, enginesOfWorkers } from '../../parallel/chooseSteps';
import { integers, uniforms } from '../../random/draws';
import { derive, type Key, rootKey } from '../../random/key';
import type { Steps } from '../../run/steps';
import { freshState } from '../../run/workload';
import { type Recipe, recipeOf } from '../../step/recipe';
import { disposeState } from '../../step/trainingStep';
import { trySteps } from '../../step/trySteps';
import type { BenchArguments } from '../arguments';
import { profileTable } from '../display/profileTable';
import { exitCodes } from '../exitCodes';
import type { Io } from '../io';
import { UserError } from '../userError';

const warmUpSteps = 1;
const classes = 10;

/** Times the real training step (TRADES with the Taylor terms of order 2) on random images of the model's usual size. */
export async function bench(options: BenchArguments, io: Io): Promise<number> {
  const { batch, steps, attackSteps } = options;
  const config = benchConfig(options);
  const { compute } = config;
  const candidates = compute.workers > 1 ? enginesOfWorkers : undefined;
  const { engine } = await chooseEngine(options.engine, configuredOptions(compute), candidates);
  const model = buildModel(
    config.model,
    config.model.family === 'small-cnn' ? [28, 28, 1] : [32, 32, 3],
    classes,
  );
  if (options.profile && !engine.measure) {
    await engine.close();
    throw new UserError(
      `bench: the ${engine.name} engine cannot tell time by kernel. Leave --profile out, or add --engine simd.`,
      exitCodes.badUsage,
    );
  }
  if (options.profile && compute.workers > 1) {
    await engine.close();
    throw new UserError(
      'bench: --profile tells the time of one worker. Leave --workers out.',
      exitCodes.badUsage,
    );
  }
  const key = derive(rootKey(0), 'bench');
  const setting = { config, model, recipe: recipeOf(config, model), key };
  const stepsTaken = await chooseSteps(setting, batch, engine);
  const peak = await engine.peak?.();
  const measured: { kernels?: KernelTimes; before?: EngineWork } = {};
  const { times, javascript } = await timeSteps(engine, stepsTaken, setting, steps, () => {
    if (options.profile && engine.measure) measured.kernels = engine.measure();
    if (engine.work) measured.before = engine.work();
  });
  const millisecondsPerStep = median(times);
  const kernels = await measured.kernels?.();
  const { before } = measured;
  const after = engine.work?.();
  const device =
    before && after
      ? {
          teraflopsPerSecond: (after.flops - before.flops) / steps / millisecondsPerStep / 1e9,
          dispatchesPerStep: (after.dispatches - before.dispatches) / steps,
          javascriptMilliseconds: median(javascript),
          memoryBytes: after.bytesAllocated,
          ...(peak ? { peak } : {}),
        }
      : undefined;
  const report = {
    model: options.model,
    batch,
    steps,
    attackSteps,
    engine: engine.name,
    device: stepsTaken.device ?? engine.device,
    ...(engine.float16 === undefined ? {} : { offers: engine.float16 }),
    node: process.version,
    millisecondsPerStep,
    imagesPerSecond: (1000 * batch) / millisecondsPerStep,
    ...device,
    ...(kernels ? { kernels } : {}),
  };
  await stepsTaken.close();
  await engine.close();
  if (options.json) io.stdout.write(`${JSON.stringify(report)}\n`);
  else {
    io.stdout.write(
      `${report.model}, batch ${batch}, ${attackSteps} attack steps, on ${engine.name} (${report.device}), Node ${process.version}:\n` +
        `  ${report.imagesPerSecond.toFixed(1)} images/s, ${millisecondsPerStep.toFixed(0)} ms a step (median of ${steps})\n`,
    );
    if (engine.float16) io.stdout.write(`  the device offers ${engine.float16}\n`);
    if (device) {
      io.stdout.write(
        `  ${device.teraflopsPerSecond.toFixed(2)} TFLOP/s in convolutions${shareOf(device.teraflopsPerSecond, peak)}, ${Math.round(device.dispatchesPerStep)} dispatches and ` +
          `${device.javascriptMilliseconds.toFixed(1)} ms of JavaScript a step, ${(device.memoryBytes / 2 ** 30).toFixed(2)} GiB on the GPU\n`,
      );
    }
    if (kernels) {
      const milliseconds = times.reduce((total, time) => total + time, 0);
      io.stdout.write(profileTable(kernels, milliseconds, steps, peak));
    }
  }
  return exitCodes.done;
}

function shareOf(teraflopsPerSecond: number, peak: EnginePeak | undefined): string {
  if (!peak) return '';
  const { teraflopsPerSecond: most, gigabytesPerSecond } = peak;
  const share = (100 * teraflopsPerSecond) / most;
  return ` (${share.toFixed(1)} % of the ${most.toFixed(2)} that this device does; it copies ${gigabytesPerSecond.toFixed(0)} GB/s)`;
}

/** The method's own setting; the model's name is checked with the rest of the config. */
function benchConfig(options: BenchArguments): Config {
  const { model, batch, attackSteps, engine, precision, workers, threads } = options;
  return resolveConfig({
    dataset: { name: 'mnist' },
    model: { name: model },
    threat: { norm: 'linf', epsilon: '8/255' },
    attack: { steps: attackSteps, stepSize: '2/255' },
    batchSize: batch,
    compute: {
      engine,
      precision,
      workers,
      threads: threads ?? null,
      allowSoftwareAdapter: engine !== 'auto',
    },
  });
}

interface Setting {
  readonly config: Config;
  readonly model: Model;
  readonly recipe: Recipe;
  readonly key: Key;
}

/**
 * Milliseconds of each measured step, and of these in JavaScript before the device is waited for; after a warm-up, whose end `begin`
 * is told. Reading a parameter waits for the device.
 */
async function timeSteps(
  engine: Engine,
  taker: Steps,
  { config, model, recipe, key }: Setting,
  steps: number,
  begin: () => void,
): Promise<{ readonly times: number[]; readonly javascript: number[] }> {
  const { batchSize, optimizer } = config;
  const [height, width, channels] = model.inputShape;
  let state = freshState({ model, key });
  const pixels = uniforms(derive(key, 'images'), batchSize * height * width * channels);
  const classOf = Int32Array.from(integers(derive(key, 'labels'), batchSize, classes));
  const work = {
    batchSize,
    remedy: 'Give it with --batch.',
    attempt: (smaller: number) => trySteps(recipe, state, optimizer, smaller),
  };
  const takeStep = async (step: number) => {
    const start = performance.now();
    const { awpGamma } = recipe;
    const taking = taker.take(state, {
      step,
      batch: { images: pixels, labels: classOf },
      sgd: optimizer,
      awpGamma,
    });
    const inJavascript = performance.now() - start;
    const taken = await taking;
    await [...taken.state.parameters.values()].at(-1)?.data();
    const time = performance.now() - start;
    disposeState(state);
    state = taken.state;
    taken.dispose();
    return { time, inJavascript };
  };
  const times: number[] = [];
  const javascript: number[] = [];
  for (let step = 0; step < warmUpSteps + steps; step++) {
    if (step === warmUpSteps) begin();
    const { time, inJavascript } = await explainExhaustion(engine, work, () => takeStep(step));
    if (step < warmUpSteps) continue;
    times.push(time);
    javascript.push(inJavascript);
  }
  return { times, javascript };
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1
    ? (sorted[middle] ?? 0)
    : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
}
