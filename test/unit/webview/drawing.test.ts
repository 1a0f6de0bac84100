import assert from 'node:assert/strict';
import { tracePath } from '../../../webview/shared/chart/draw';
import { type Mapping, xPixel, yPixel } from '../../../webview/shared/chart/mapping';
import { formatTick, timeTickStep } from '../../../webview/shared/chart/xAxis';

const mapping: Mapping = {
  left: 50,
  right: 450,
  top: 10,
  bottom: 210,
  xMin: 0,
  xMax: 8,
  yMin: 1,
  yMax: 100,
  logarithmic: false,
};

function traced(y: readonly number[], logarithmic = false): string {
  let path = '';
  const line = {
    x: Float64Array.from(y, (_, i) => i),
    y: Float32Array.from(y),
    length: y.length,
    isDense: false,
  };
  tracePath(
    {
      moveTo: (px, py) => {
        path += `M${px},${Math.round(py)} `;
      },
      lineTo: (px, py) => {
        path += `L${px},${Math.round(py)} `;
      },
    },
    line,
    1,
    { ...mapping, logarithmic },
  );
  return path.trim();
}

describe('where figures land on a chart', () => {
  it('is between the axes, in proportion', () => {
    assert.equal(xPixel(4, mapping), 250);
    assert.equal(yPixel(1, mapping), 210);
    assert.equal(yPixel(100, mapping), 10);
  });

  it('is in proportion to the logarithm on a logarithmic axis', () => {
    assert.ok(Math.abs(yPixel(10, { ...mapping, logarithmic: true }) - 110) < 1e-9);
  });

  it('is nowhere for what a logarithmic axis cannot show: the line has a gap', () => {
    assert.equal(traced([1, 0, 100], true), 'M50,210 M150,10');
  });

  it('is nowhere for a missing or diverged value', () => {
    assert.equal(traced([1, 100, Number.NaN, 1, Number.POSITIVE_INFINITY]), 'M50,210 L100,10 M200,210');
  });
});

describe('ticks of the horizontal axis', () => {
  it('are short for many steps and in fitting units for time', () => {
    assert.equal(formatTick(250_000, 'step', 1e6), '250k');
    assert.equal(formatTick(1.5, 'epoch', 8), '1.5');
    assert.equal(formatTick(90, 'time', 120), '90 s');
    assert.equal(formatTick(1800, 'time', 7200), '30 min');
    assert.equal(formatTick(7200, 'time', 50_000), '2 h');
    assert.equal(timeTickStep(7200), 900);
  });
});
