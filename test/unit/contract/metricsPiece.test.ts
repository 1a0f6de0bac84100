import assert from 'node:assert/strict';
import type { RunEvent, StepEvent } from '../../../extension/contract/events';
import { formatEvent, parseMetrics } from '../../../extension/contract/metrics';
import { type MetricsPiece, MetricsScanner } from '../../../extension/contract/metricsPiece';
import { stepFigures } from '../../../extension/contract/stepLine';
import { figuresOfStep } from '../../../extension/contract/stepRows';
import { integers } from '../../../extension/trainer/random/draws';
import { rootKey } from '../../../extension/trainer/random/key';

const time = '2023-06-18T12:34:56.789Z';

function trained(step: number, changes: Partial<StepEvent> = {}): StepEvent {
  return {
    type: 'step',
    loss: { total: 1 / step, zeroth: 2 / 3 / step, natural: 0.5 },
    learningRate: 0.1,
    imagesPerSecond: 123.456,
    step,
    epoch: step / 7,
    time,
    ...changes,
  };
}

function scan(text: string): MetricsPiece {
  const scanner = new MetricsScanner();
  scanner.scan(Buffer.from(text), 0);
  return scanner;
}

type Row = readonly (number | string)[];

/** What is kept of each event, steps and others, in their order. */
function rowsOf({ steps, others }: MetricsPiece): Row[] {
  const rows: Row[] = [];
  for (let row = 0; row <= steps.rows; row++) {
    for (const other of others) if (other.row === row) rows.push([other.event.type, other.event.step]);
    if (row === steps.rows) break;
    const figures = steps.figures.map(column => column[row] ?? 0);
    rows.push([steps.step[row] ?? 0, steps.time[row] ?? 0, ...figures]);
  }
  return rows;
}

/** The same of events that JSON.parse has read. */
function expected(events: readonly RunEvent[]): Row[] {
  return events.map(event => {
    if (event.type !== 'step') return [event.type, event.step];
    const figures = figuresOfStep(event);
    return [
      event.step,
      Date.parse(event.time),
      ...stepFigures.map(name => Math.fround(figures[name] ?? Number.NaN)),
    ];
  });
}

function assertReadAsJson(text: string): void {
  assert.deepEqual(rowsOf(scan(text)), expected(parseMetrics(text).events));
}

describe('the lines of a run read quickly', () => {
  it('give every figure as JSON gives it', () => {
    const bits = new Uint32Array(2);
    const numbers = new Float64Array(bits.buffer);
    const drawn = integers(rootKey(11), 40_000, 2 ** 31);
    const events: StepEvent[] = [];
    for (let i = 0; i + 1 < drawn.length; i += 2) {
      bits.set([drawn[i] ?? 0, (drawn[i + 1] ?? 0) * 2]);
      const wild = Number.isFinite(numbers[0]) ? (numbers[0] ?? 0) : 1;
      const tame = (drawn[i] ?? 0) / 2 ** 31;
      events.push(
        trained(i + 1, {
          loss: { total: tame, zeroth: -tame * 1e-7, natural: wild },
          learningRate: 1e-7 * tame,
        }),
      );
    }
    assertReadAsJson(events.map(formatEvent).join(''));
  });

  it('give a number between two float32 as JSON rounds it', () => {
    const middle = 1 + 2 ** -24;
    const written = [
      '1.000000059604644775390625',
      '1.00000005960464477539062500000001',
      '1.0000000596046447',
      String(middle),
    ];
    const lines = written.map(number => formatEvent(trained(3)).replace('123.456', number));
    assertReadAsJson(lines.join(''));
  });

  it('keep what diverged, what an objective does not have, and whole, small and large numbers', () => {
    const losses = [
      Number.NaN,
      Number.POSITIVE_INFINITY,
      Number.NEGATIVE_INFINITY,
      0,
      -0.5,
      1e-300,
      1e300,
      5e-324,
      123456789 * 987654321,
    ];
    const events = losses.map((total, i) =>
      trained(i + 1, {
        loss: { total, zeroth: 1, natural: 1, robust: total, first: 0.1, second: 1e21 },
        cleanAccuracy: 1,
        robustAccuracy: 0,
      }),
    );
    assertReadAsJson(events.map(formatEvent).join(''));
  });

  it('keep their order with the other events', () => {
    const evaluated: RunEvent = {
      type: 'message',
      level: 'info',
      text: '{"type":"step",',
      step: 2,
      epoch: 1,
      time,
    };
    const resumed: RunEvent = { type: 'resumed', engine: 'cpu', device: 'é', step: 1, epoch: 0, time };
    assertReadAsJson(
      [evaluated, trained(1), trained(2), evaluated, resumed, trained(2), evaluated]
        .map(formatEvent)
        .join(''),
    );
  });

  it('are found again after a broken line, and no broken line is one', () => {
    const line = formatEvent(trained(2)).trimEnd();
    const broken = Array.from({ length: line.length }, (_, at) => [
      line.slice(0, at),
      `${line.slice(0, at)}x${line.slice(at + 1)}`,
    ]);
    const text = [trained(1), trained(3)].map(formatEvent).join(`${broken.flat().join('\n')}\n`);
    assertReadAsJson(text);
  });

  it('may be written in another way', () => {
    const event = trained(4, { cleanAccuracy: 0.5 });
    const { loss, type, ...rest } = event;
    const lines = [
      JSON.stringify({ ...rest, loss, type }),
      JSON.stringify(event, null, 1).replaceAll('\n', ''),
      JSON.stringify({ ...event, note: 'new' }),
      JSON.stringify({ ...event, time: '2024-02-29T23:59:60.000Z' }),
      JSON.stringify({ ...event, time: '2024-02-30T00:00:00.000Z' }),
      JSON.stringify({ ...event, time: 'yesterday' }),
      JSON.stringify(event).replace('"learningRate":0.1', '"learningRate":01'),
      JSON.stringify(event).replace('"learningRate":0.1', '"learningRate":1.'),
      JSON.stringify(event).replace('"learningRate":0.1', '"learningRate":.1'),
      JSON.stringify(event).replace('"learningRate":0.1', '"learningRate":1E+2'),
      JSON.stringify(event).replace('"learningRate":0.1', '"learningRate":-'),
      JSON.stringify(event).replace('"learningRate":0.1', '"learningRate":0.1,"learningRate":0.2'),
      `${JSON.stringify(event)}\r`,
    ];
    assertReadAsJson(`${lines.join('\n')}\n`);
  });
});
