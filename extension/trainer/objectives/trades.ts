import { crossEntropy, klDivergence } from './losses';
import { branchOf, type Objective } from './objective';

/** TRADES: CE(x, y) + beta KL(p(x) || p(x')); p(x) is not detached. Source: Zhang et al., ICML 2019. */
export const trades: Objective = {
  needsNatural: true,
  needsAdversarial: true,
  attackLoss: 'kl',
  terms(branches, oneHot) {
    const natural = branchOf(branches, 'natural');
    const adversarial = branchOf(branches, 'adversarial');
    return {
      natural: crossEntropy(natural.logProbabilities, oneHot),
      robust: klDivergence(natural.probabilities, natural.logProbabilities, adversarial.logProbabilities),
    };
  },
};
