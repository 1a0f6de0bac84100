import assert from 'node:assert/strict';
import type { RunEvent } from '../../../../extension/contract/events';
import { estimateRemaining } from '../../../../extension/trainer/cli/display/block';
import { initialState, reduce } from '../../../../extension/trainer/cli/display/state';
import { at, epochEvents, facts, started, stepEvent } from './runEvents';

const remainingAfter = (events: readonly RunEvent[]) =>
  estimateRemaining(events.reduce(reduce, initialState(facts)));

function assertSeconds(actual: number | undefined, expected: number): void {
  assert.ok(actual !== undefined && Math.abs(actual - expected) < 1e-6, `${actual} is not ${expected}`);
}

describe('the estimated time to the end', () => {
  it('is unknown until two steps stand side by side', () => {
    assert.equal(remainingAfter([started]), undefined);
    assert.equal(remainingAfter([started, stepEvent(1)]), undefined);
  });

  it('is the steps left times the seconds a step takes', () => {
    assertSeconds(remainingAfter([started, stepEvent(1), stepEvent(2)]), 98 * 2);
  });

  it('does not count an evaluation as a slow step, but expects one after every epoch', () => {
    // At step 30: 70 steps of 2 s and the ends of epochs 2 to 5, 10 s each.
    const events = [started, ...epochEvents(1), ...Array.from({ length: 10 }, (_, i) => stepEvent(21 + i))];
    assertSeconds(remainingAfter(events), 70 * 2 + 4 * 10);
  });

  it('follows a rate that changes', () => {
    const faster = Array.from({ length: 60 }, (_, i) => ({
      ...stepEvent(3 + i),
      time: at(4 + (i + 1) * 0.5),
    }));
    const seconds = remainingAfter([started, stepEvent(1), stepEvent(2), ...faster]) ?? Number.NaN;
    const perStep = seconds / (100 - 62);
    assert.ok(perStep < 1.1 && perStep > 0.5, String(perStep));
  });

  it('does not take the time between two sessions for training', () => {
    const resumed: RunEvent = {
      type: 'resumed',
      step: 2,
      epoch: 0.1,
      time: at(90_000),
      engine: 'cpu',
      device: 'x',
    };
    const later = [3, 4].map(step => ({ ...stepEvent(step), time: at(90_000 + step * 2) }));
    assertSeconds(remainingAfter([started, stepEvent(1), stepEvent(2), resumed, ...later]), 96 * 2);
  });
});
