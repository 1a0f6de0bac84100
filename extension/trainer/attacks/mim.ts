import {
  abs,
  add,
  clone,
  div,
  mean,
  mul,
  type Tensor2D,
  type Tensor4D,
  tidy,
  zerosLike,
} from '@tensorflow/tfjs-core';
import { oneHotLabels } from '../step/batch';
import type { Attack } from './attack';
import { crossEntropyLoss } from './attackLosses';
import { ascentDirection, project, type Threat } from './ball';
import type { StepOptions } from './iterated';
import { disposeAll } from './rows';
import { usualStepSize } from './stepSize';
import { attackAscent, type Victim } from './victim';

const decay = 1;

/**
 * Momentum iterative method: m <- decay m + g / mean|g|, x <- P(x + stepSize sign m) (for l2, along m / ||m||), from the
 * clean image. Source: Dong et al., CVPR 2018.
 */
export function mim(options: StepOptions): Attack {
  const { steps } = options;
  return {
    name: `mim-${steps}`,
    kind: 'gradient',
    passes: 1,
    unitsPerPass: 2 * steps,
    async run({ victim, threat, cleanGradient, spend }, batch) {
      const { images, labels } = batch;
      const stepSize = options.stepSize ?? usualStepSize(threat.epsilon, steps);
      const label = oneHotLabels(labels, victim.classes);
      let state = { x: clone(images), momentum: zerosLike(images) };
      try {
        for (let step = 0; step < steps; step++) {
          await spend(2 * labels.length);
          const gradient =
            step === 0 ? await cleanGradient(batch) : crossEntropyGradient(victim, state.x, label);
          const next = advance(state, gradient, images, threat, stepSize);
          gradient.dispose();
          disposeAll(state);
          state = next;
        }
      } catch (error) {
        state.x.dispose();
        throw error;
      } finally {
        label.dispose();
        state.momentum.dispose();
      }
      return { rows: Array.from(labels.keys()), images: state.x, zeroGradients: 0 };
    },
  };
}

function crossEntropyGradient(victim: Victim, x: Tensor4D, label: Tensor2D): Tensor4D {
  const { logits, gradient } = attackAscent(victim, x, crossEntropyLoss, { label, target: label });
  logits.dispose();
  return gradient;
}

interface MomentumState {
  readonly [name: string]: Tensor4D;
  readonly x: Tensor4D;
  readonly momentum: Tensor4D;
}

function advance(
  { x, momentum }: MomentumState,
  gradient: Tensor4D,
  centre: Tensor4D,
  threat: Threat,
  stepSize: number,
): MomentumState {
  const next = tidy(() => {
    // An image whose gradient vanished keeps its momentum.
    const size = add(mean(abs(gradient), [1, 2, 3], true), 1e-30);
    return add(mul(momentum, decay), div(gradient, size)) as Tensor4D;
  });
  const moved = tidy(() =>
    project(add(x, mul(ascentDirection(next, threat.norm), stepSize)), centre, threat),
  );
  return { x: moved, momentum: next };
}
