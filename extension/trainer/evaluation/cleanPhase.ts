import { slice, type Tensor4D, tidy } from '@tensorflow/tfjs-core';
import type { AttackBatch } from '../attacks/attack';
import { type LogitRows, logitAt, predictionOf, rankingOf } from '../attacks/logitRows';
import { mostTargets } from '../attacks/targets';
import { logitsOf, type Victim } from '../attacks/victim';
import { batchAt, type EvaluationJob } from './job';
import { fates } from './state';
import { warningOf } from './warnings';

/** The network's outputs are no numbers: nothing can be said about it. */
export class UnusableModelError extends Error {
  override readonly name = 'UnusableModelError';
}

/** Examples on which the network is asked twice. */
const asked = 32;

/**
 * The clean logits of every example, once: which examples are classified rightly, and which classes attacks target. Looks
 * for outputs that no attack can work with.
 * @throws UnusableModelError when logits are not finite
 */
export async function cleanPhase(job: EvaluationJob, heed: () => Promise<void>): Promise<void> {
  const { victim, state, labels } = job;
  while (state.next < labels.length) {
    await heed();
    const start = performance.now();
    const end = Math.min(state.next + state.batchSize, labels.length);
    const positions = Array.from({ length: end - state.next }, (_, i) => state.next + i);
    const batch = batchAt(job, positions);
    const logits = logitsOf(victim, batch.images);
    const rows = { values: await logits.data<'float32'>(), classes: victim.classes };
    logits.dispose();
    refuseNonFinite(rows);
    if (state.next === 0) state.warnings.push(...(await checkOutputs(victim, batch, rows)));
    batch.images.dispose();
    for (const [row, position] of positions.entries()) {
      state.ranking[position] = rankingOf(rows, row).slice(0, mostTargets + 1);
      const isCorrect = predictionOf(rows, row) === labels[position];
      for (const chain of state.fates) chain[position] = isCorrect ? fates.robust : fates.misclassified;
    }
    state.outputsAreProbabilities &&= areProbabilities(rows, positions.length);
    state.next = end;
    state.seconds += (performance.now() - start) / 1000;
    if (end < labels.length) await job.save();
  }
  if (state.outputsAreProbabilities) {
    state.warnings.push(
      warningOf('softmax-output', "Every output is in [0, 1] and each example's sum to 1."),
    );
  }
}

function refuseNonFinite({ values }: LogitRows): void {
  const odd = Array.from(values).find(value => !Number.isFinite(value));
  if (odd === undefined) return;
  throw new UnusableModelError(
    `the network's logits hold ${odd}: its weights are damaged, or training diverged. Evaluate an earlier checkpoint.`,
  );
}

/** Tolerances as in fra31/auto-attack. */
function areProbabilities(rows: LogitRows, count: number): boolean {
  const alpha = 1e-5;
  for (let row = 0; row < count; row++) {
    let sum = 0;
    for (let c = 0; c < rows.classes; c++) {
      const value = logitAt(rows, row, c);
      if (value <= -alpha || value >= 1 + alpha) return false;
      sum += value;
    }
    if (Math.abs(sum - 1) >= alpha) return false;
  }
  return true;
}

/** Asks again for some outputs: they must not change by themselves, nor with the other images of the batch. */
async function checkOutputs(victim: Victim, { images, labels }: AttackBatch, whole: LogitRows) {
  const count = Math.min(asked, Math.floor(labels.length / 2));
  if (count === 0) return [];
  const [once, twice] = [await firstLogits(victim, images, count), await firstLogits(victim, images, count)];
  const change = greatestChange(once, twice, count);
  if (change > 1e-4) {
    const found = `The same ${count} images give logits that differ by up to ${percent(change)} of their size.`;
    return [warningOf('randomised', found)];
  }
  const neighbours = greatestChange(once, whole, count);
  if (neighbours <= 1e-3) return [];
  const found = `The logits of ${count} images change by up to ${percent(neighbours)} of their size when other images are in the batch.`;
  return [warningOf('batch-dependent', found)];
}

async function firstLogits(victim: Victim, images: Tensor4D, count: number): Promise<LogitRows> {
  const logits = tidy(() => logitsOf(victim, slice(images, [0, 0, 0, 0], [count, -1, -1, -1]) as Tensor4D));
  const values = await logits.data<'float32'>();
  logits.dispose();
  return { values, classes: victim.classes };
}

/** Greatest distance between an example's logits, each divided by their Euclidean norm. */
function greatestChange(a: LogitRows, b: LogitRows, count: number): number {
  let greatest = 0;
  for (let row = 0; row < count; row++) {
    const [sizeA, sizeB] = [norm(a, row), norm(b, row)];
    let square = 0;
    for (let c = 0; c < a.classes; c++) {
      square += (logitAt(a, row, c) / sizeA - logitAt(b, row, c) / sizeB) ** 2;
    }
    greatest = Math.max(greatest, Math.sqrt(square));
  }
  return greatest;
}

function norm(rows: LogitRows, row: number): number {
  let square = 0;
  for (let c = 0; c < rows.classes; c++) square += logitAt(rows, row, c) ** 2;
  return Math.sqrt(square) + 1e-10;
}

const percent = (fraction: number): string => `${(100 * fraction).toPrecision(2)} %`;
