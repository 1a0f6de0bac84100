import { crossEntropy } from './losses';
import { branchOf, type Objective } from './objective';

/** Standard training: cross-entropy on clean images. Taylor terms, if asked for, bring adversarial images in. */
export const standard: Objective = {
  needsNatural: true,
  needsAdversarial: false,
  attackLoss: 'cross-entropy',
  terms: (branches, oneHot) => ({
    natural: crossEntropy(branchOf(branches, 'natural').logProbabilities, oneHot),
  }),
};
