import assert from 'node:assert/strict';
import { parseMeasurement } from '../../../extension/contract/measurement';

const whole = {
  kind: 'landscape',
  version: 1,
  status: 'running',
  name: 'landscape-curve-0a1b2c3d',
  engine: 'simd',
  device: '2 threads',
  startedAt: '2026-01-01T00:00:00.000Z',
  updatedAt: '2026-01-01T00:00:01.000Z',
  seconds: 1,
  command: { directory: '/project', arguments: ['landscape', 'run'] },
  process: { pid: 7, startedAt: 'boot a tick 1' },
  standing: { stage: 'curve', fraction: 0.5, seconds: 1 },
};

describe('The common part of stored measurements', () => {
  it('is read, with what else is in the file left in it', () => {
    assert.deepEqual(parseMeasurement(JSON.stringify({ ...whole, axis: [0] })), { ...whole, axis: [0] });
    const { command: _c, process: _p, standing: _s, ...least } = whole;
    assert.deepEqual(parseMeasurement(JSON.stringify(least)), least);
  });

  it('is told from damaged files, from other ones, and from those of newer versions', () => {
    const foreign = [
      '',
      '{',
      'null',
      '[]',
      '"text"',
      JSON.stringify({ ...whole, kind: 'evaluation' }),
      JSON.stringify({ ...whole, version: 2 }),
      JSON.stringify({ ...whole, seconds: '1' }),
      JSON.stringify({ ...whole, device: undefined }),
      JSON.stringify({ ...whole, process: { pid: '7' } }),
      JSON.stringify({ ...whole, standing: { stage: 'x' } }),
      JSON.stringify({ ...whole, command: { directory: '/', arguments: ['evaluate', 7] } }),
      JSON.stringify({ ...whole, failure: {} }),
    ];
    for (const text of foreign) assert.equal(parseMeasurement(text), undefined, text);
  });
});
