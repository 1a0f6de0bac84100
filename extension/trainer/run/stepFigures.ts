import type { LossTerms } from '../../contract/events';
import { judge } from '../evaluation/predictions';
import type { Branch } from '../objectives/objective';
import type { StepGradients } from '../step/trainingStep';

/** Reads the loss terms of a step; this waits for the device. */
export async function readLossTerms({ loss }: Pick<StepGradients, 'loss'>, beta: number): Promise<LossTerms> {
  const read = async (tensor: { data(): Promise<ArrayLike<number>> }) =>
    (await tensor.data())[0] ?? Number.NaN;
  const { natural, robust, first, second } = loss.terms;
  const terms = {
    total: await read(loss.total),
    natural: await read(natural),
    ...(robust ? { robust: await read(robust) } : {}),
    ...(first ? { first: await read(first) } : {}),
    ...(second ? { second: await read(second) } : {}),
  };
  const { total, ...parts } = terms;
  return { total, zeroth: terms.natural + beta * (terms.robust ?? 0), ...parts };
}

/** Accuracy on the batch's clean and adversarial images, where their logits were computed. */
export async function readAccuracies(
  { loss: { branches } }: Pick<StepGradients, 'loss'>,
  labels: Int32Array,
): Promise<{ clean?: number; robust?: number }> {
  const accuracy = async (branch: Branch) => {
    const { correct } = judge(await branch.logits.data<'float32'>(), labels);
    return correct.filter(right => right).length / labels.length;
  };
  return {
    ...(branches.natural ? { clean: await accuracy(branches.natural) } : {}),
    ...(branches.adversarial ? { robust: await accuracy(branches.adversarial) } : {}),
  };
}
