import { isDeepStrictEqual } from 'node:util';
import { type Config, knownFacts, resolveConfig } from '../../../contract/config';
import type { Speed } from './estimate';

/** The attack steps of a measured step: few, because throughput does not depend on them. */
const attackSteps = 1;

/** Forward-pass units of the step that `bench` takes: 2 an attack step, 1 for the clean prediction, 6 for the loss. */
const unitsMeasured = 2 * attackSteps + 7;

/** Enough images for the engine's usual throughput, few enough for a short measurement. */
const mostImages = 32;

/**
 * The trainer's arguments that measure one step of a config's network; undefined where `bench` trains another one: it knows
 * the usual widths, 28x28 grey for the small CNN and 32x32 colour for the others.
 */
export function measurementArguments(config: Config): readonly string[] | undefined {
  const { model, dataset, compute, batchSize, threat } = config;
  const usual = resolveConfig({
    dataset: { name: 'mnist' },
    model: { name: model.name },
    threat: { norm: threat.norm, epsilon: threat.epsilon },
  }).model;
  const facts = knownFacts(dataset.name);
  const side = model.family === 'small-cnn' ? 28 : 32;
  const channels = model.family === 'small-cnn' ? 1 : 3;
  if (!isDeepStrictEqual(model, usual) || facts?.height !== side || facts.channels !== channels)
    return undefined;
  const options = {
    model: model.name,
    batch: Math.min(batchSize, mostImages),
    steps: 1,
    'attack-steps': attackSteps,
    engine: compute.engine,
  };
  return [
    'bench',
    ...Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]),
    '--json',
  ];
}

/** The speed in what `bench --json` prints; undefined where it is something else. */
export function speedIn(report: Readonly<Record<string, unknown>>): Speed | undefined {
  const { imagesPerSecond, engine } = report;
  if (typeof imagesPerSecond !== 'number' || !(imagesPerSecond > 0) || typeof engine !== 'string')
    return undefined;
  return { imageUnitsPerSecond: imagesPerSecond * unitsMeasured, run: 'a step measured here', engine };
}
