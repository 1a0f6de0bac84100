import {
  add,
  argMax,
  cast,
  log,
  mean,
  mul,
  neg,
  sub,
  sum,
  type Tensor2D,
  oneHot as toOneHot,
} from '@tensorflow/tfjs-core';
import { withoutGradient } from '../autodiff';
import { crossEntropy, klRows } from './losses';
import { branchOf, type Objective } from './objective';

/**
 * MART: BCE(x', y) + beta mean[ KL(p(x) || p(x')) (1 - p_y(x)) ], where the boosted cross-entropy is
 * BCE = CE(x', y) - log(1 - p_k(x')) with k the most likely wrong class under x'. Small constants as in the official code
 * (YisenWang/MART). Source: Wang et al., ICLR 2020.
 */
export const mart: Objective = {
  needsNatural: true,
  needsAdversarial: true,
  attackLoss: 'cross-entropy',
  terms(branches, oneHot) {
    const natural = branchOf(branches, 'natural');
    const adversarial = branchOf(branches, 'adversarial');
    const wrongClass = withoutGradient(() => mostLikelyWrongClass(adversarial.probabilities, oneHot));
    const wrongProbability = sum(mul(wrongClass, adversarial.probabilities), 1);
    const margin = mean(neg(log(add(sub(1.0001, wrongProbability), 1e-12))));
    const trueProbability = sum(mul(oneHot, natural.probabilities), 1);
    const kl = klRows(
      natural.probabilities,
      natural.logProbabilities,
      log(add(adversarial.probabilities, 1e-12)) as Tensor2D,
    );
    return {
      natural: add(crossEntropy(adversarial.logProbabilities, oneHot), margin),
      robust: mean(mul(kl, sub(1.0000001, trueProbability))),
    };
  },
};

/** One-hot [batch, classes] of the class with the highest probability apart from the true one. */
function mostLikelyWrongClass(probabilities: Tensor2D, oneHot: Tensor2D): Tensor2D {
  const withoutTrue = sub(probabilities, mul(oneHot, 2));
  return cast(toOneHot(argMax(withoutTrue, 1), probabilities.shape[1]), 'float32') as Tensor2D;
}
