import type { TensorInfo } from '@tensorflow/tfjs-core';
import { WeightedSum } from '../../../fused/weightedSum';
import { elementwise } from '../elementwise';
import { kernel } from '../kernel';

export const weightedSum = kernel<Readonly<Record<string, TensorInfo>>, Readonly<Record<string, number>>>(
  WeightedSum,
  ({ inputs, attrs, backend }) => {
    const [first] = Object.values(inputs);
    const total = backend.output(first?.shape ?? []);
    const terms = Object.keys(inputs).map((_, i) => `constants.weight${i} * tensor${i}[i]`);
    elementwise(
      backend,
      `WeightedSum of ${terms.length}`,
      { total },
      inputs,
      `total[i] = ${terms.join(' + ')};`,
      {
        values: attrs,
      },
    );
    return total;
  },
);
