import { crossEntropy } from './losses';
import { branchOf, type Objective } from './objective';

/** PGD adversarial training: cross-entropy on adversarial images. Source: Madry et al., ICLR 2018. */
export const pgdAt: Objective = {
  needsNatural: false,
  needsAdversarial: true,
  attackLoss: 'cross-entropy',
  terms: (branches, oneHot) => ({
    natural: crossEntropy(branchOf(branches, 'adversarial').logProbabilities, oneHot),
  }),
};
