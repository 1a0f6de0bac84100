import assert from 'node:assert/strict';
import {
  formatCount,
  formatDifference,
  formatDuration,
  formatEpoch,
  formatNumber,
  formatPercent,
  formatPoints,
  formatRate,
} from '../../../webview/shared/format';

describe('figures in words', () => {
  it('shows accuracies in per cent and their differences in points with a sign', () => {
    assert.equal(formatPercent(0.9123), '91.2 %');
    assert.equal(formatPercent(Number.NaN), '–');
    assert.equal(formatPoints(0.0123), '+1.2');
    assert.equal(formatPoints(-0.0123), '−1.2');
    assert.equal(formatPoints(-0.0001), '0.0');
  });

  it('shows losses with four digits, tiny and huge ones with an exponent', () => {
    assert.equal(formatNumber(0.778412), '0.7784');
    assert.equal(formatNumber(2), '2');
    assert.equal(formatNumber(0), '0');
    assert.equal(formatNumber(-0.25), '−0.25');
    assert.equal(formatNumber(0.0000043), '4.30e−6');
    assert.equal(formatNumber(-1234567), '−1.23e6');
    assert.equal(formatDifference(0.5), '+0.5');
  });

  it('shows a diverged loss as what it is', () => {
    assert.equal(formatNumber(Number.POSITIVE_INFINITY), '∞');
    assert.equal(formatNumber(Number.NaN), '–');
  });

  it('shows durations in their two largest units', () => {
    assert.equal(formatDuration(12.4), '12 s');
    assert.equal(formatDuration(80), '1 min 20 s');
    assert.equal(formatDuration(7500), '2 h 5 min');
    assert.equal(formatDuration(200_000), '2 d 7 h');
    assert.equal(formatDuration(undefined), '–');
  });

  it('shows counts, rates and epochs', () => {
    assert.equal(formatCount(25410), '25,410');
    assert.equal(formatRate(1234.5), '1,235');
    assert.equal(formatRate(3.14), '3.1');
    assert.equal(formatEpoch(4), '4');
    assert.equal(formatEpoch(2.345), '2.35');
  });
});
