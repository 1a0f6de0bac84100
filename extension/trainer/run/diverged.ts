import type { LossTerms } from '../../contract/events';
import type { TensorMap } from '../models/tensorMap';
import type { TakenStep } from './steps';

/** Training produced NaN or an infinity; the message says where, and what to do. */
export class DivergedError extends Error {
  override readonly name = 'DivergedError';
}

/** Throws `DivergedError` when a loss term is not finite, naming the term, the step and the first bad tensor. */
export async function refuseDivergence(
  loss: LossTerms,
  taken: Pick<TakenStep, 'gradients' | 'state'>,
  parameters: TensorMap,
  step: number,
  lastCheckpoint: number | undefined,
): Promise<void> {
  const bad = Object.entries(loss).find(([, value]) => !Number.isFinite(value));
  if (!bad) return;
  const [term, value] = bad;
  const tensor =
    (await firstBad(parameters, 'weights')) ??
    (await firstBad(taken.gradients, 'gradient of')) ??
    (await firstBad(taken.state.statistics, 'batch-norm statistic'));
  const good =
    lastCheckpoint === undefined
      ? 'No checkpoint was saved before.'
      : `The last good checkpoint is checkpoints/last, of step ${lastCheckpoint}.`;
  throw new DivergedError(
    `Training diverged: the ${term} loss is ${value} at step ${step + 1}${tensor ? `, with ${tensor} the first tensor that is not finite` : ''}. ` +
      `${good} Lower optimizer.learningRate, or warm it up with schedule.warmupEpochs.`,
  );
}

async function firstBad(map: TensorMap, what: string): Promise<string | undefined> {
  for (const [name, tensor] of map) {
    if ((await tensor.data<'float32'>()).some(value => !Number.isFinite(value))) return `${what} ${name}`;
  }
  return undefined;
}
