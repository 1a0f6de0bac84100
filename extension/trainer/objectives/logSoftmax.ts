import {
  add,
  argMax,
  cast,
  customGrad,
  exp,
  type GradSaveFunc,
  log,
  max,
  mul,
  oneHot,
  type Scalar,
  sub,
  sum,
  type Tensor,
  type Tensor2D,
} from '@tensorflow/tfjs-core';
import { crossEntropyGradient } from '../fused/crossEntropyGradient';
import { logSoftmaxRows } from '../fused/logSoftmaxRows';

/**
 * Logarithm of softmax along classes: [batch, classes] -> [batch, classes], in nats.
 *
 * The largest term of sum exp(z - max z) is exactly 1, so the others are summed apart and added to it last, with one
 * rounding, as PyTorch's sum has it (log1p would be finer than float32 probabilities are). Summed in
 * order, as some engines do, many small terms would vanish beside it, and the gradient of a confident prediction, which is
 * a difference of nearly equal probabilities, would drown in that rounding.
 */
export function logSoftmax(logits: Tensor2D): Tensor2D {
  return logSoftmaxRows(logits) ?? composedLogSoftmax(logits);
}

function composedLogSoftmax(logits: Tensor2D): Tensor2D {
  const operation = customGrad((...inputs) => {
    const [z, save] = inputs as [Tensor2D, GradSaveFunc];
    const shifted = sub(z, max(z, 1, true));
    const exponentials = exp(shifted);
    const largest = cast(oneHot(argMax(z, 1), z.shape[1]), 'float32');
    const others = sum(sub(exponentials, mul(exponentials, largest)), 1, true);
    const value = sub(shifted, log(add(1, others)));
    save([value]);
    const gradFunc = (dy: Tensor, saved: Tensor[]) => {
      const [logProbabilities] = saved as [Tensor2D];
      return sub(dy, mul(sum(dy, 1, true), exp(logProbabilities)));
    };
    return { value, gradFunc };
  });
  return operation(logits) as Tensor2D;
}

/**
 * Sum over the batch of -target . log softmax(logits): cross-entropy for one-hot targets, and KL(target || softmax) up to a
 * constant for soft ones. Rows of `target` sum to 1, so that the gradient is softmax(logits) - target, computed as just
 * that. [batch, classes] each.
 */
export function crossEntropySum(target: Tensor2D, logits: Tensor2D): Scalar {
  const operation = customGrad((...inputs) => {
    const [z, save] = inputs as [Tensor2D, GradSaveFunc];
    const logProbabilities = logSoftmax(z);
    save([z, logProbabilities, target]);
    return {
      value: mul(sum(mul(target, logProbabilities)), -1),
      gradFunc: (dy: Tensor, saved: Tensor[]) => {
        const [scores, logP, wanted] = saved as [Tensor2D, Tensor2D, Tensor2D];
        return crossEntropyGradient(dy as Scalar, scores, wanted) ?? mul(sub(exp(logP), wanted), dy);
      },
    };
  });
  return operation(logits) as Scalar;
}
