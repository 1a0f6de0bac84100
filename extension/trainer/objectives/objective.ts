import { exp, type Scalar, type Tensor2D } from '@tensorflow/tfjs-core';
import type { ForwardResult } from '../models/model';
import { logSoftmax } from './logSoftmax';

/** One forward pass with what every loss needs of it, computed once. All [batch, classes] but `features`. */
export interface Branch extends ForwardResult {
  readonly logProbabilities: Tensor2D;
  readonly probabilities: Tensor2D;
}

export function toBranch(result: ForwardResult): Branch {
  const logProbabilities = logSoftmax(result.logits);
  return { ...result, logProbabilities, probabilities: exp(logProbabilities) };
}

/** Which images a loss looks at. */
export interface Branches {
  readonly natural?: Branch;
  readonly adversarial?: Branch;
}

export interface ObjectiveTerms {
  /** The classification term. */
  readonly natural: Scalar;
  /** The term that beta weighs, where the objective has one. */
  readonly robust?: Scalar;
}

/** A training objective: natural + beta * robust. */
export interface Objective {
  readonly needsNatural: boolean;
  readonly needsAdversarial: boolean;
  /** What the training attack maximises unless the config says otherwise. */
  readonly attackLoss: 'kl' | 'cross-entropy';
  /** `oneHot`: [batch, classes]. The branches it needs are there. */
  terms(branches: Branches, oneHot: Tensor2D): ObjectiveTerms;
}

/** The branch an objective declared that it needs. */
export function branchOf(branches: Branches, kind: keyof Branches): Branch {
  const branch = branches[kind];
  if (!branch) throw new Error(`the ${kind} forward pass is missing`);
  return branch;
}
