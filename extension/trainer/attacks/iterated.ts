import { tidy } from '@tensorflow/tfjs-core';
import { normals, uniforms } from '../random/draws';
import { derive } from '../random/key';
import { oneHotLabels } from '../step/batch';
import type { Attack } from './attack';
import type { AttackLoss } from './attackLosses';
import { projectedGradientAscent } from './pgd';
import { startingPoint } from './startingPoint';
import { usualStepSize } from './stepSize';
import { lossKey, replayedOn } from './victim';

export interface StepOptions {
  readonly steps: number;
  /** Length of a step in the threat's norm, in pixel values; the usual one where it is absent. */
  readonly stepSize?: number;
}

/**
 * PGD's loop with any loss: a uniform start in the ball, steps of fixed length, the last iterate counts. Source: Madry et
 * al., ICLR 2018.
 */
export function iteratedAttack(name: string, lossFunction: AttackLoss, options: StepOptions): Attack {
  const { steps } = options;
  return {
    name,
    kind: 'gradient',
    passes: 1,
    unitsPerPass: 2 * steps,
    async run({ victim, threat, key, spend }, { images, labels, indices }) {
      const stepSize = options.stepSize ?? usualStepSize(threat.epsilon, steps);
      const label = oneHotLabels(labels, victim.classes);
      const draw = { uniform: uniforms, gaussian: normals };
      const step = `step ${lossKey(lossFunction)} ${JSON.stringify([threat, stepSize])}`;
      let x = tidy(() =>
        startingPoint(images, 'uniform', 0, threat, (kind, count) => {
          const each = count / indices.length;
          const values = new Float32Array(count);
          for (const [row, index] of indices.entries()) {
            values.set(draw[kind](derive(key, kind, index), each), row * each);
          }
          return values;
        }),
      );
      try {
        for (let k = 0; k < steps; k++) {
          await spend(2 * labels.length);
          const next = tidy(() =>
            replayedOn(victim, step, { x, images, label }, ({ x, images, label }) =>
              projectedGradientAscent(
                z => lossFunction.sum(victim.logits(z), { label, target: label }),
                images,
                x,
                threat,
                { steps: 1, stepSize },
              ),
            ),
          );
          x.dispose();
          x = next;
        }
      } catch (error) {
        x.dispose();
        throw error;
      } finally {
        label.dispose();
      }
      return { rows: Array.from(labels.keys()), images: x, zeroGradients: 0 };
    },
  };
}
