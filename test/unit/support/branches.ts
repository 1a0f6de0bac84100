import type { Tensor2D } from '@tensorflow/tfjs-core';
import { tensor2d } from '@tensorflow/tfjs-core';
import { type Branch, toBranch } from '../../../extension/trainer/objectives/objective';
import { matrixTensor } from './engine';
import type { Matrix } from './float64';

/** A forward pass that ended in these logits, with these features where they matter. */
export function branchOfLogits(logits: Tensor2D | Matrix, features?: Matrix): Branch {
  const tensor = 'shape' in logits ? logits : matrixTensor(logits);
  return toBranch({
    logits: tensor,
    features: features ? matrixTensor(features) : tensor2d([[0]]),
    batchStatistics: new Map(),
  });
}
