import {
  abs,
  add,
  cast,
  clipByValue,
  div,
  less,
  mul,
  oneHot,
  reshape,
  sum,
  type Tensor2D,
  type Tensor4D,
  tensor1d,
  tidy,
  where,
} from '@tensorflow/tfjs-core';
import { oneHotLabels } from '../step/batch';
import type { Attack, AttackBatch, AttackSetting } from './attack';
import { imageNorms, type Threat } from './ball';
import { type FabPixels, fabIterations, fastAdaptiveBoundary, type Plane } from './fab';
import { planeTowardsTarget } from './fabT';
import { drawImages } from './rows';
import { unitDraws } from './unitDraws';
import type { Victim } from './victim';

/**
 * FAB: the fast adaptive boundary attack towards whichever class's boundary is closest in the linear approximation, one
 * pass a restart. The first restart begins at the image itself. Source: Croce and Hein, ICML 2020.
 */
export function fabUntargeted(
  classes: number,
  { restarts = 1 }: { readonly restarts?: number } = {},
): Attack {
  return {
    name: 'fab',
    kind: 'gradient',
    passes: restarts,
    unitsPerPass: (2 * classes + 1) * fabIterations,
    run(setting, batch, pass) {
      const label = oneHotLabels(batch.labels, classes);
      const start: FabPixels = {
        centre: batch.images.clone(),
        x: pass === 0 ? batch.images.clone() : randomStart(setting, batch),
        label,
        target: label.clone(),
      };
      const linearise = (pixels: FabPixels) =>
        closestPlane(setting.victim, pixels, setting.threat.norm, classes);
      return fastAdaptiveBoundary(setting, batch.labels, start, linearise, 2 * classes);
    },
  };
}

/** Half of epsilon away in a random direction: t / max|t| (linf) or n / ||n|| (l2). */
function randomStart({ key, threat }: AttackSetting, { images, indices }: AttackBatch): Tensor4D {
  return tidy(() => {
    const offset = drawImages(key, indices, images.shape, unitDraws(threat.norm));
    return clipByValue(add(images, mul(offset, 0.5 * threat.epsilon)), 0, 1) as Tensor4D;
  });
}

/** Of the planes towards all classes the one that is closest, |difference| / ||normal|| in the dual norm. */
function closestPlane(victim: Victim, pixels: FabPixels, norm: Threat['norm'], classes: number): Plane {
  let best: (Plane & { readonly distance: Tensor4D }) | undefined;
  for (let c = 0; c < classes; c++) {
    const target = classRows(c, pixels.x.shape[0], classes);
    const plane = planeTowardsTarget(victim, { ...pixels, target });
    const dual = norm === 'linf' ? sum(abs(plane.normal), [1, 2, 3], true) : imageNorms(plane.normal);
    // The true class is no target: its plane is put out of reach.
    const isLabel = reshape(sum(mul(target, pixels.label), 1), [-1, 1, 1, 1]);
    const distance = add(div(abs(plane.difference), add(dual, 1e-12)), mul(isLabel, 1e10)) as Tensor4D;
    if (!best) {
      best = { ...plane, distance };
      continue;
    }
    const isCloser = less(distance, best.distance);
    best = {
      difference: where(isCloser, plane.difference, best.difference) as Tensor4D,
      normal: where(isCloser, plane.normal, best.normal) as Tensor4D,
      distance: where(isCloser, distance, best.distance) as Tensor4D,
    };
  }
  if (!best) throw new Error('there are no classes');
  return best;
}

function classRows(c: number, rows: number, classes: number): Tensor2D {
  return cast(oneHot(tensor1d(new Int32Array(rows).fill(c), 'int32'), classes), 'float32') as Tensor2D;
}
