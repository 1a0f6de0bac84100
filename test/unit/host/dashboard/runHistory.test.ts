import assert from 'node:assert/strict';
import type { RunEvent } from '../../../../extension/contract/events';
import { effectiveEvents } from '../../../../extension/contract/metrics';
import { beginning, RunHistory } from '../../../../extension/host/dashboard/runHistory';
import { at, started, steps, trained, validated } from './events';

describe('the history of a run', () => {
  it('keeps the figures of every step in columns', () => {
    const history = new RunHistory();
    history.append([started, ...steps(1, 30)]);
    const { tables, facts } = history.since(beginning);
    assert.equal(tables.steps.rows, 30);
    assert.equal(tables.steps.step[29], 30);
    assert.ok(Math.abs((tables.steps.figures.natural?.[9] ?? 0) - 0.3) < 1e-6);
    assert.equal(tables.steps.figures.robust, undefined, 'this objective has no KL term');
    assert.deepEqual(facts, {
      engine: 'wasm',
      device: 'a processor',
      parameters: 1000,
      stepsPerEpoch: 10,
      totalSteps: 100,
    });
  });

  it('tells only what is new to who has read before', () => {
    const history = new RunHistory();
    history.append([started, ...steps(1, 10)]);
    const bookmark = history.bookmark();
    history.append([...steps(11, 12), validated(12, 0.5)]);
    const { tables } = history.since(bookmark);
    assert.deepEqual([...tables.steps.step], [11, 12]);
    assert.equal(tables.validation.rows, 1);
    assert.equal(history.since(history.bookmark()).tables.steps.rows, 0);
  });

  it('knows the best checkpoint and the test measurement, which is not among the validations', () => {
    const history = new RunHistory();
    history.append([
      started,
      ...steps(1, 20),
      validated(10, 0.6),
      { type: 'checkpoint', name: 'best', robustAccuracy: 0.6, ...at(10) },
      validated(20, 0.5),
      { type: 'checkpoint', name: 'last', ...at(20) },
    ]);
    const test = { ...validated(20, 0.55), split: 'test', weights: 'best', attack: 'PGD-20' } as const;
    history.append([test as never]);
    const news = history.since(beginning);
    assert.equal(news.bestStep, 10);
    assert.equal(news.test?.robustAccuracy, 0.55);
    assert.equal(news.attack, 'PGD-10');
    assert.equal(news.tables.validation.rows, 2);
  });

  it('leaves out the time between two sessions', () => {
    const history = new RunHistory();
    const week = 7 * 86400;
    history.append([
      started,
      trained(1, 1),
      trained(2, 2),
      { type: 'resumed', engine: 'webgpu', device: 'a graphics card', ...at(2, week) },
      trained(3, week + 1),
    ]);
    const { tables, facts } = history.since(beginning);
    assert.deepEqual([...tables.steps.seconds], [1, 2, 3]);
    assert.equal(facts.device, 'a graphics card');
    assert.equal(facts.totalSteps, 100);
  });

  it('takes back what a resume trains again, as if it had never been told', () => {
    const best = (step: number): RunEvent => ({
      type: 'checkpoint',
      name: 'best',
      robustAccuracy: 1,
      ...at(step),
    });
    const resumed = (step: number, seconds: number): RunEvent => ({
      type: 'resumed',
      engine: 'webgpu',
      device: 'a graphics card',
      ...at(step, seconds),
    });
    const message = (step: number): RunEvent => ({
      type: 'message',
      level: 'info',
      text: `${step}`,
      ...at(step),
    });
    const test = { ...validated(30, 0.3), split: 'test' } as RunEvent;
    const events: RunEvent[] = [
      started,
      ...steps(1, 10),
      validated(10, 0.6),
      best(10),
      message(10),
      ...steps(11, 20),
      { ...validated(20, 0.7), attack: 'PGD-99' } as RunEvent,
      best(20),
      ...steps(21, 30),
      message(30),
      test,
      resumed(15, 1000),
      trained(16, 1001),
      trained(17, 1002),
      resumed(12, 2000),
      trained(13, 2003),
    ];
    const history = new RunHistory();
    history.append(events);
    const expected = new RunHistory();
    expected.append(effectiveEvents(events));
    const news = history.since(beginning);
    assert.deepEqual(news, expected.since(beginning));
    assert.equal(news.bestStep, 10);
    assert.equal(news.test, undefined);
    assert.equal(news.attack, 'PGD-10');
    assert.deepEqual([...news.tables.steps.seconds].slice(-2), [12, 15]);
    assert.equal(history.losses, 2);
    assert.equal(expected.losses, 0);
  });
});
