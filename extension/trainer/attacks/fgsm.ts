import { add, mul, tidy } from '@tensorflow/tfjs-core';
import type { Attack } from './attack';
import { ascentDirection, project } from './ball';
import { countZeroImages } from './rows';

/**
 * Fast gradient sign method: x + epsilon sign g with g the gradient of cross-entropy at x, clipped to [0, 1]; for l2 a step
 * of length epsilon along g. No random start. Source: Goodfellow, Shlens, Szegedy, ICLR 2015.
 */
export function fgsm(): Attack {
  return {
    name: 'fgsm',
    kind: 'single-step',
    passes: 1,
    unitsPerPass: 2,
    async run({ threat, cleanGradient, spend }, batch) {
      const { images, labels } = batch;
      await spend(2 * labels.length);
      const gradient = await cleanGradient(batch);
      const adversarial = tidy(() =>
        project(add(images, mul(ascentDirection(gradient, threat.norm), threat.epsilon)), images, threat),
      );
      const zeroGradients = await countZeroImages(gradient);
      gradient.dispose();
      return { rows: Array.from(labels.keys()), images: adversarial, zeroGradients };
    },
  };
}
