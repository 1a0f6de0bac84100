import assert from 'node:assert/strict';
import { parseEvaluation } from '../../../extension/contract/evaluation';
import { parseLandscape } from '../../../extension/contract/landscape';
import { encodeJson } from '../../../extension/contract/metrics';

const figures = { sharpness: [], worstCase: [], eigenvalue: [], trace: [], curve: [], surface: [] };
const whole = {
  kind: 'landscape',
  version: 1,
  status: 'finished',
  name: 'landscape-curve-0a1b2c3d',
  engine: 'cpu',
  device: 'plain JavaScript',
  startedAt: '2026-01-01T00:00:00.000Z',
  updatedAt: '2026-01-01T00:00:01.000Z',
  seconds: 1,
  setting: {},
  axis: [],
  ...figures,
};

describe('A landscape file', () => {
  it('is read back, diverged losses included, and is no evaluation', () => {
    const text = encodeJson({ ...whole, curve: [{ loss: 'clean', values: [1, Number.POSITIVE_INFINITY] }] });
    assert.deepEqual(parseLandscape(text)?.curve[0]?.values, [1, Number.POSITIVE_INFINITY]);
    assert.equal(parseEvaluation(text), undefined);
  });

  it('is told from other, damaged and newer files', () => {
    const { surface: _cut, ...damaged } = whole;
    const others = [{ ...whole, kind: 'robustness' }, { ...whole, version: 2 }, damaged, null, 3];
    for (const other of others) assert.equal(parseLandscape(encodeJson(other)), undefined);
    assert.equal(parseLandscape('{"kind": "landsc'), undefined);
  });
});
