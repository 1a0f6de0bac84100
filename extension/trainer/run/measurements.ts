import { tensor4d } from '@tensorflow/tfjs-core';
import type { EvaluationEvent, ExamplesEvent, ExampleThumbnail, SharpnessEvent } from '../../contract/events';
import { batchesOf, gatherBatch } from '../data/batches';
import type { ImageSet } from '../data/dataset';
import { judge } from '../evaluation/predictions';
import { type Judged, measureRobustAccuracy, pgdExamples, predict } from '../evaluation/robustAccuracy';
import { type LandscapeBatch, measureSharpness } from '../landscape/expectedSharpness';
import { derive } from '../random/key';
import type { NewEvent } from './runReport';
import { drawThumbnails } from './thumbnails';
import type { Workload } from './workload';
import { type Interruptions, workClock } from './workTime';

/** Clean and PGD accuracy on the validation part. */
export async function evaluateValidation(
  workload: Workload,
  judged: Judged,
  interruptions: Interruptions,
): Promise<NewEvent<EvaluationEvent>> {
  const { dataset, validation, config } = workload;
  return evaluate(
    workload,
    judged,
    dataset.train,
    validation,
    config.evaluation,
    'validation',
    interruptions,
  );
}

/** Clean and PGD accuracy of the best weights on the test set. */
export async function evaluateTest(
  workload: Workload,
  judged: Judged,
  interruptions: Interruptions,
): Promise<NewEvent<EvaluationEvent>> {
  const { dataset, test, config } = workload;
  return evaluate(workload, judged, dataset.test, test, config.evaluation.final, 'test', interruptions);
}

async function evaluate(
  { config, key }: Workload,
  judged: Judged,
  set: ImageSet,
  indices: Uint32Array,
  pgd: { readonly steps: number; readonly stepSize: number; readonly restarts: number },
  split: 'validation' | 'test',
  interruptions: Interruptions,
): Promise<NewEvent<EvaluationEvent>> {
  const seconds = workClock(interruptions);
  const { threat, batchSize } = config;
  const attackKey = derive(key, 'evaluation', split);
  const measured = await measureRobustAccuracy(judged, set, indices, batchSize, threat, pgd, attackKey, () =>
    interruptions.heed(),
  );
  return {
    type: 'evaluation',
    split,
    weights: split === 'test' ? 'best' : 'current',
    attack: `PGD-${pgd.steps}${pgd.restarts > 1 ? `x${pgd.restarts}` : ''}`,
    ...measured,
    seconds: seconds(),
  };
}

/** Sharpness on fixed training images; their adversarial versions are made once, at the current weights. */
export async function sharpnessOf(
  { config, dataset, sharpness: indices, key }: Workload,
  judged: Judged,
  interruptions: Interruptions,
): Promise<NewEvent<SharpnessEvent>> {
  const seconds = workClock(interruptions);
  const { rho, directions } = config.sharpness;
  const clean: LandscapeBatch[] = [];
  const adversarial: LandscapeBatch[] = [];
  const sharpnessKey = derive(key, 'sharpness');
  try {
    for (const batch of batchesOf(indices, config.batchSize)) {
      await interruptions.heed();
      const { natural, labels } = upload(dataset.train, batch);
      clean.push({ images: natural, labels });
      const attackKey = derive(sharpnessKey, 'attack');
      const images = pgdExamples(judged, natural, labels, batch, config.threat, config.evaluation, attackKey);
      adversarial.push({ images, labels });
    }
    const sets = [clean, adversarial];
    const { estimates, noiseFloor } = await measureSharpness(
      judged,
      sets,
      { rho, directions },
      derive(sharpnessKey, 'directions'),
      () => interruptions.heed(),
    );
    const [onClean, onAdversarial] = estimates;
    if (!onClean || !onAdversarial) throw new Error('sharpness was not measured');
    return {
      type: 'sharpness',
      rho,
      directions,
      examples: indices.length,
      clean: onClean,
      adversarial: onAdversarial,
      noiseFloor,
      batchNorm: 'eval',
      seconds: seconds(),
    };
  } finally {
    for (const { images } of [...clean, ...adversarial]) images.dispose();
  }
}

export interface ExamplesPicture {
  readonly png: Uint8Array;
  readonly event: Omit<NewEvent<ExamplesEvent>, 'file'>;
}

/** The first validation images, attacked, as a picture. */
export async function examplesPicture(
  { config, dataset, validation, key }: Workload,
  judged: Judged,
): Promise<ExamplesPicture> {
  const set = dataset.train;
  const indices = validation.slice(0, config.examples.count);
  const { natural, labels } = upload(set, indices);
  const attackKey = derive(key, 'evaluation', 'validation');
  const attacked = pgdExamples(judged, natural, labels, indices, config.threat, config.evaluation, attackKey);
  const cleanLogits = predict(judged, natural);
  const attackedLogits = predict(judged, attacked);
  const cleanPredictions = judge(await cleanLogits.data<'float32'>(), labels).predictions;
  const attackedPredictions = judge(await attackedLogits.data<'float32'>(), labels).predictions;
  const { png, cell, amplification } = drawThumbnails({
    clean: await natural.data<'float32'>(),
    adversarial: await attacked.data<'float32'>(),
    count: indices.length,
    height: set.height,
    width: set.width,
    channels: set.channels,
    epsilon: config.threat.epsilon,
  });
  for (const tensor of [natural, attacked, cleanLogits, attackedLogits]) tensor.dispose();
  const thumbnails: ExampleThumbnail[] = Array.from(indices, (index, i) => ({
    index,
    label: labels[i] ?? 0,
    cleanPrediction: cleanPredictions[i] ?? 0,
    adversarialPrediction: attackedPredictions[i] ?? 0,
  }));
  return { png, event: { type: 'examples', cell, amplification, thumbnails } };
}

function upload(set: ImageSet, indices: Uint32Array) {
  const { images, labels } = gatherBatch(set, indices);
  return { natural: tensor4d(images, [indices.length, set.height, set.width, set.channels]), labels };
}
