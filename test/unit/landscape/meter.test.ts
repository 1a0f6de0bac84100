import assert from 'node:assert/strict';
import type { LandscapeEvent } from '../../../extension/contract/landscape';
import { LandscapeMeter } from '../../../extension/trainer/landscape/meter';

describe('How far a landscape is', () => {
  const measured = (work: (meter: LandscapeMeter) => void, left: number) => {
    const events: LandscapeEvent[] = [];
    work(new LandscapeMeter(event => events.push(event), 100, left, 50));
    return events.flatMap(event => (event.type === 'landscape-progress' ? [event] : []));
  };

  it('is counted in units of the whole, those of earlier sessions included', () => {
    const told = measured(meter => {
      meter.begin('a', 20);
      meter.spend(20);
      meter.begin('b', 40);
    }, 60);
    assert.deepEqual(
      told.map(({ task, fraction }) => [task, fraction]),
      [
        ['a', 0.4],
        ['b', 0.6],
      ],
    );
    assert.ok(told.every(({ seconds }) => seconds >= 50));
  });

  it('has no estimate of the time before anything is done, and a bound of it afterwards', () => {
    const [first, second] = measured(meter => {
      meter.begin('a', 50);
      meter.spend(50);
      meter.begin('b', 50);
    }, 100);
    assert.equal(first?.secondsLeft, undefined);
    assert.ok(second?.secondsLeft !== undefined && second.secondsLeft >= 0);
  });

  it('counts a task that needed less than its bound as done', () => {
    const told = measured(meter => {
      meter.begin('eigenvalue', 80);
      meter.spend(4);
      meter.begin('curve', 20);
    }, 100);
    assert.equal(told.at(-1)?.fraction, 0.8);
  });
});
