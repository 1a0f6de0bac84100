import { apgdUnits, autoPgd } from './apgd';
import type { Attack } from './attack';
import { crossEntropyLoss, dlrLoss } from './attackLosses';

/**
 * APGD-DLR: Auto-PGD on the difference of logits ratio; one pass a restart. With fewer than three classes that ratio is
 * undefined, and cross-entropy takes its place. Source: Croce and Hein, ICML 2020.
 */
export function apgdDlr(classes: number, { restarts = 1 }: { readonly restarts?: number } = {}): Attack {
  const isDefined = classes >= dlrLoss.leastClasses;
  return {
    name: 'apgd-dlr',
    kind: 'gradient',
    passes: restarts,
    unitsPerPass: apgdUnits,
    ...(isDefined
      ? {}
      : {
          note: `apgd-dlr needs ${dlrLoss.leastClasses} classes, there are ${classes}: it used cross-entropy.`,
        }),
    run: (setting, batch) => autoPgd(setting, batch, isDefined ? dlrLoss : crossEntropyLoss, batch.labels),
  };
}
