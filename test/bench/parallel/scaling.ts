/**
 * How a step's time falls with `compute.workers`: wall-clock time, and processor time along the longest path (the main thread plus the
 * busiest worker), which other work on the machine does not disturb. Linux only. Build first; in the repository's root:
 *
 *   npx esbuild test/bench/parallel/scaling.ts --bundle --platform=node --format=cjs --main-fields=module,main \
 *     --external:webgpu "--external:@tensorflow/tfjs-node*" --outfile=.build/scaling.cjs && node .build/scaling.cjs wasm small-cnn 64 3 4
 *
 * Arguments: engine, model, batch, attack steps, measured steps.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { resolveConfig } from '../../../extension/contract/config';
import { configuredOptions } from '../../../extension/trainer/engine/configuredOptions';
import type { EngineName } from '../../../extension/trainer/engine/engine';
import { openEngine } from '../../../extension/trainer/engine/open';
import { buildModel } from '../../../extension/trainer/models/catalogue';
import { chooseSteps } from '../../../extension/trainer/parallel/chooseSteps';
import { integers, uniforms } from '../../../extension/trainer/random/draws';
import { rootKey } from '../../../extension/trainer/random/key';
import { freshState } from '../../../extension/trainer/run/workload';
import { recipeOf } from '../../../extension/trainer/step/recipe';
import { disposeState } from '../../../extension/trainer/step/trainingStep';

const key = rootKey(0);

async function main(
  engineName: EngineName,
  modelName: string,
  batch: number,
  attackSteps: number,
  count: number,
) {
  const once = new Map<number, { readonly wall: number; readonly path: number }>();
  for (const workers of [1, 2]) {
    const config = resolveConfig({
      dataset: { name: 'mnist' },
      model: { name: modelName },
      threat: { norm: 'linf', epsilon: '8/255' },
      attack: { steps: attackSteps, stepSize: '2/255' },
      taylor: { order: 2 },
      batchSize: batch,
      compute: { engine: engineName, workers, threads: 1 },
    });
    const model = buildModel(
      config.model,
      config.model.family === 'small-cnn' ? [28, 28, 1] : [32, 32, 3],
      10,
    );
    const engine = await openEngine(engineName, configuredOptions(config.compute));
    const steps = await chooseSteps({ config, model, recipe: recipeOf(config, model), key }, batch, engine);
    let state = freshState({ model, key });
    const images = uniforms(key, batch * model.inputShape.reduce((product, size) => product * size, 1));
    const labels = Int32Array.from(integers(key, batch, 10));
    const takeStep = async (step: number) => {
      const before = processorTimes();
      const start = performance.now();
      const taken = await steps.take(state, {
        step,
        batch: { images, labels },
        sgd: config.optimizer,
        awpGamma: 0,
      });
      await taken.figures();
      const wall = performance.now() - start;
      disposeState(state);
      state = taken.state;
      taken.dispose();
      return { wall, path: longestPath(before, processorTimes()) };
    };
    for (let step = 0; step < 2; step++) await takeStep(step);
    const times: { readonly wall: number; readonly path: number }[] = [];
    for (let step = 0; step < count; step++) times.push(await takeStep(step));
    const best = (kind: 'wall' | 'path') => Math.min(...times.map(time => time[kind]));
    once.set(workers, { wall: best('wall'), path: best('path') });
    console.log(
      `${engineName}, ${modelName}, batch ${batch}, ${workers} workers: ${best('wall').toFixed(0)} ms, processor ${best('path').toFixed(0)} ms`,
    );
    await steps.close();
    await engine.close();
  }
  const [one, two] = [once.get(1), once.get(2)];
  if (one && two) {
    console.log(
      `two workers: ${(one.wall / two.wall).toFixed(2)} times by the clock, ${(one.path / two.path).toFixed(2)} by processor time`,
    );
  }
}

/** Milliseconds on a processor, by thread. */
function processorTimes(): Map<string, number> {
  const times = new Map<string, number>();
  for (const thread of readdirSync('/proc/self/task')) {
    try {
      const [nanoseconds] = readFileSync(`/proc/self/task/${thread}/schedstat`, 'utf8').split(' ');
      times.set(thread, Number(nanoseconds) / 1e6);
    } catch {
      // The thread has ended.
    }
  }
  return times;
}

/** The main thread works before and after the workers, who work at the same time. */
function longestPath(before: Map<string, number>, after: Map<string, number>): number {
  const spent = (thread: string) => (after.get(thread) ?? 0) - (before.get(thread) ?? 0);
  const own = String(process.pid);
  const others = [...after.keys()].filter(thread => thread !== own);
  return spent(own) + Math.max(0, ...others.map(spent));
}

const [engine = 'wasm', model = 'small-cnn', batch = '64', attackSteps = '3', count = '4'] =
  process.argv.slice(2);
main(engine as EngineName, model, Number(batch), Number(attackSteps), Number(count));
