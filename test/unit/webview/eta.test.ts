import assert from 'node:assert/strict';
import { remainingSeconds } from '../../../webview/dashboard/eta';

/** Columns of `count` steps, each `stepSeconds` long, with a measurement of `epochEnd` seconds after every `stepsPerEpoch`. */
function columns(count: number, stepSeconds: number, { stepsPerEpoch = 1e9, epochEnd = 0 } = {}) {
  const step = Float64Array.from({ length: count }, (_, i) => i + 1);
  const seconds = step.map(value => value * stepSeconds + Math.floor((value - 1) / stepsPerEpoch) * epochEnd);
  return { step, seconds };
}

describe('the time left', () => {
  it('is the steps left at the pace of the last steps', () => {
    const left = remainingSeconds(columns(100, 0.5), { stepsPerEpoch: 1000, totalSteps: 400 });
    assert.ok(Math.abs((left ?? 0) - 150) < 1e-6);
  });

  it('counts the measurements at the ends of epochs', () => {
    const left = remainingSeconds(columns(100, 1, { stepsPerEpoch: 50, epochEnd: 20 }), {
      stepsPerEpoch: 50,
      totalSteps: 200,
    });
    assert.ok(Math.abs((left ?? 0) - (100 + 2 * 20)) < 1e-6);
  });

  it('hardly changes by a pause of an hour', () => {
    const { step, seconds } = columns(150, 1);
    seconds.set(
      seconds.subarray(75).map(value => value + 3600),
      75,
    );
    const left = remainingSeconds({ step, seconds }, { stepsPerEpoch: 1000, totalSteps: 300 });
    assert.ok((left ?? 0) > 149 && (left ?? 0) < 175);
  });

  it('is 0 at the end, and unknown before the second step', () => {
    assert.equal(remainingSeconds(columns(100, 1), { stepsPerEpoch: 10, totalSteps: 100 }), 0);
    assert.equal(remainingSeconds(columns(1, 1), { stepsPerEpoch: 10, totalSteps: 100 }), undefined);
    assert.equal(remainingSeconds(columns(0, 1), { stepsPerEpoch: 10, totalSteps: 100 }), undefined);
  });
});
