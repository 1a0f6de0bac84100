import assert from 'node:assert/strict';
import { findRobustOverfitting } from '../../../webview/dashboard/robustOverfitting';

/** Measurements of 10,000 images, one an epoch of 100 steps. */
function validation(...robustAccuracies: number[]) {
  return robustAccuracies.map((robustAccuracy, i) => ({
    step: 100 * (i + 1),
    cleanAccuracy: 0.8,
    robustAccuracy,
    examples: 10_000,
  }));
}

function training(...robustAccuracies: number[]) {
  return robustAccuracies.map((robustAccuracy, i) => ({ step: 100 * (i + 1), robustAccuracy }));
}

describe('the warning of robust overfitting', () => {
  it('comes when validation has fallen clearly below its best while training rises', () => {
    const found = findRobustOverfitting(
      validation(0.4, 0.47, 0.52, 0.48, 0.46),
      training(0.4, 0.5, 0.55, 0.6, 0.66),
    );
    assert.deepEqual(found, {
      bestStep: 300,
      best: 0.52,
      last: 0.46,
      trainingAtBest: 0.55,
      trainingNow: 0.66,
    });
  });

  it('does not come while validation still rises', () => {
    assert.equal(findRobustOverfitting(validation(0.3, 0.4, 0.5), training(0.3, 0.4, 0.5)), undefined);
  });

  it('does not come for one bad measurement', () => {
    const rows = validation(0.4, 0.52, 0.51, 0.44);
    assert.equal(findRobustOverfitting(rows, training(0.4, 0.5, 0.55, 0.6)), undefined);
  });

  it('does not come when training falls too: that is something else', () => {
    const rows = validation(0.4, 0.52, 0.47, 0.45);
    assert.equal(findRobustOverfitting(rows, training(0.4, 0.55, 0.5, 0.48)), undefined);
  });

  it('does not come for a fall that so few images could show by chance', () => {
    const rows = validation(0.4, 0.52, 0.48, 0.47).map(row => ({ ...row, examples: 200 }));
    assert.equal(findRobustOverfitting(rows, training(0.4, 0.5, 0.55, 0.6)), undefined);
  });

  it('does not come for less than a percentage point, however many images were measured', () => {
    const rows = validation(0.4, 0.52, 0.512, 0.511).map(row => ({ ...row, examples: 10_000_000 }));
    assert.equal(findRobustOverfitting(rows, training(0.4, 0.5, 0.55, 0.6)), undefined);
  });

  it('goes away when validation recovers', () => {
    const rows = validation(0.4, 0.52, 0.46, 0.46, 0.525);
    assert.equal(findRobustOverfitting(rows, training(0.4, 0.5, 0.6, 0.65, 0.7)), undefined);
  });

  it('does not come where training robust accuracy is not known', () => {
    assert.equal(findRobustOverfitting(validation(0.4, 0.52, 0.46, 0.45), []), undefined);
    assert.equal(
      findRobustOverfitting(validation(0.4, 0.52, 0.46, 0.45), training(Number.NaN, Number.NaN, Number.NaN)),
      undefined,
    );
  });
});
