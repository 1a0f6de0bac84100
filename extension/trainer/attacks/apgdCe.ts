import { apgdUnits, autoPgd } from './apgd';
import type { Attack } from './attack';
import { crossEntropyLoss } from './attackLosses';

/** APGD-CE: Auto-PGD on cross-entropy; one pass a restart. Source: Croce and Hein, ICML 2020. */
export function apgdCe({ restarts = 1 }: { readonly restarts?: number } = {}): Attack {
  return {
    name: 'apgd-ce',
    kind: 'gradient',
    passes: restarts,
    unitsPerPass: apgdUnits,
    run: (setting, batch) => autoPgd(setting, batch, crossEntropyLoss, batch.labels),
  };
}
