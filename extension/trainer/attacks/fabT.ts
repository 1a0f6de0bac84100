import { mul, reshape, sub, sum, type Tensor4D, tidy } from '@tensorflow/tfjs-core';
import { oneHotLabels } from '../step/batch';
import type { Attack } from './attack';
import { type FabPixels, fabIterations, fastAdaptiveBoundary, type Plane } from './fab';
import { fewTargetsNote, targetCount, targetsOf } from './targets';
import { logitsAndGradient, type Victim } from './victim';

/**
 * FAB-T: the fast adaptive boundary attack towards one class at a time, one pass for each of the (at most nine) most likely
 * wrong classes. Source: Croce and Hein, ICML 2020.
 */
export function fabT(classes: number): Attack {
  const note = fewTargetsNote('fab-t', classes);
  return {
    name: 'fab-t',
    kind: 'gradient',
    passes: targetCount(classes),
    unitsPerPass: 3 * fabIterations,
    ...(note === undefined ? {} : { note }),
    run(setting, batch, pass) {
      const start: FabPixels = {
        centre: batch.images.clone(),
        x: batch.images.clone(),
        label: oneHotLabels(batch.labels, classes),
        target: oneHotLabels(targetsOf(batch, pass), classes),
      };
      const linearise = (pixels: FabPixels) => planeTowardsTarget(setting.victim, pixels);
      return fastAdaptiveBoundary(setting, batch.labels, start, linearise, 2);
    },
  };
}

/** z_t - z_y at the current points, and its gradient. */
export function planeTowardsTarget(victim: Victim, { x, label, target }: FabPixels): Plane {
  const direction = sub(target, label);
  const { logits, gradient } = logitsAndGradient(victim, x, 'plane', direction, (z, rows) =>
    sum(mul(rows, z)),
  );
  const difference = tidy(() =>
    reshape(sum(mul(direction, logits), 1), [logits.shape[0], 1, 1, 1]),
  ) as Tensor4D;
  logits.dispose();
  direction.dispose();
  return { difference, normal: gradient };
}
