import { apgdUnits, autoPgd } from './apgd';
import type { Attack } from './attack';
import { targetedCrossEntropyLoss, targetedDlrLoss } from './attackLosses';
import { fewTargetsNote, targetCount, targetsOf } from './targets';

/**
 * APGD-T: Auto-PGD on the targeted difference of logits ratio, one pass for each of the (at most nine) most likely wrong
 * classes. With fewer than four classes that ratio is undefined, and targeted cross-entropy takes its place. Source: Croce
 * and Hein, ICML 2020.
 */
export function apgdT(classes: number): Attack {
  const isDefined = classes >= targetedDlrLoss.leastClasses;
  const note = isDefined
    ? fewTargetsNote('apgd-t', classes)
    : `apgd-t needs ${targetedDlrLoss.leastClasses} classes, there are ${classes}: it used cross-entropy with the target.`;
  return {
    name: 'apgd-t',
    kind: 'gradient',
    passes: targetCount(classes),
    unitsPerPass: apgdUnits,
    ...(note === undefined ? {} : { note }),
    run: (setting, batch, pass) =>
      autoPgd(setting, batch, isDefined ? targetedDlrLoss : targetedCrossEntropyLoss, targetsOf(batch, pass)),
  };
}
