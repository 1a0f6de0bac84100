import type { TensorInfo } from '@tensorflow/tfjs-core';
import { SgdSteps } from '../../../fused/sgdStep';
import { elementwise } from '../elementwise';
import { kernel } from '../kernel';

/**
 * m <- momentum m + (g + weightDecay w); w <- w - learningRate m, of all parameters in one call: one pass over three arrays that
 * writes two, a parameter after the other. A GPU runs those beside each other, since none reads what another writes.
 */
export const sgdSteps = kernel<Readonly<Record<string, TensorInfo>>>(SgdSteps, ({ inputs, backend }) => {
  const { rates } = inputs;
  if (!rates) throw new Error('SGD has no rates');
  const results: TensorInfo[] = [];
  for (let i = 0; ; i++) {
    const [weight, gradient, buffer] = [inputs[`weight${i}`], inputs[`gradient${i}`], inputs[`momentum${i}`]];
    if (!weight || !gradient || !buffer) return results;
    const [nextWeight, nextMomentum] = [backend.output(weight.shape), backend.output(weight.shape)];
    elementwise(
      backend,
      'SgdStep',
      { nextWeight, nextMomentum },
      { weight, gradient, buffer },
      `let moved = rates[1] * buffer[i] + (gradient[i] + rates[2] * weight[i]);
  nextMomentum[i] = moved;
  nextWeight[i] = weight[i] - rates[0] * moved;`,
      { tables: { rates } },
    );
    results.push(nextWeight, nextMomentum);
  }
});
