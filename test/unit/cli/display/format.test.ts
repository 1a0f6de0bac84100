import assert from 'node:assert/strict';
import * as format from '../../../../extension/trainer/cli/display/format';

describe('figures in a display', () => {
  it('show accuracies as percentages with one decimal', () => {
    assert.deepEqual([0, 0.4567, 1, undefined, Number.NaN].map(format.formatPercent), [
      '0.0%',
      '45.7%',
      '100.0%',
      '–',
      'NaN',
    ]);
  });

  it('show losses with five digits in at most seven characters', () => {
    const losses = [2.345678, -0.0012, 0, 9.99996, 12.3456, 123.456, 1234.56, 9999.96, 3.1e-5, -3.1e-5, 1e12];
    const texts = losses.map(format.formatLoss);
    assert.deepEqual(texts.slice(0, 7), [
      '2.3457',
      '-0.0012',
      '0.0000',
      '10.0000',
      '12.346',
      '123.46',
      '1234.6',
    ]);
    assert.deepEqual(texts.slice(7), ['1.0e+4', '3.1e-5', '-3.1e-5', '1.0e+12']);
    assert.ok(texts.every(text => text.length <= 7));
    assert.deepEqual([Number.NaN, Infinity, -Infinity].map(format.formatLoss), ['NaN', 'inf', '-inf']);
  });

  it('show sharpness with its standard error in at most 15 characters', () => {
    const estimates = [
      { mean: 0.0123, standardError: 0.0004 },
      { mean: 0.00002, standardError: 0.000003 },
      { mean: -0.0212, standardError: 0.0004 },
      { mean: 12.5, standardError: 0.25 },
      { mean: 0, standardError: 0 },
    ].map(format.formatEstimate);
    assert.deepEqual(estimates.slice(0, 3), ['0.0123 ± 0.0004', '2.0e-5 ± 3e-6', '-2.1e-2 ± 4e-4']);
    assert.ok(estimates.every(text => text.length <= 15));
  });

  it('show durations in two units and never 60 of one', () => {
    const seconds = [0, 3.24, 9.97, 59.6, 245, 3599.7, 3720, 86_399.6, 270_000, undefined];
    assert.deepEqual(seconds.map(format.formatDuration), [
      '0.0s',
      '3.2s',
      '10s',
      '1m00s',
      '4m05s',
      '1h00m',
      '1h02m',
      '1d00h',
      '3d03h',
      '–',
    ]);
  });

  it('show learning rates with three digits', () => {
    assert.deepEqual([0.1, 0.008734, 0.0001, 0.00008734, 0].map(format.formatLearningRate), [
      '0.1',
      '0.00873',
      '1e-4',
      '8.73e-5',
      '0',
    ]);
  });

  it('never round up what is not finished', () => {
    assert.deepEqual([99.97, 2.3, 100, 0].map(format.formatFloor), ['99.9', '2.3', '100.0', '0.0']);
  });

  it('lose escape sequences and control characters of foreign texts', () => {
    assert.deepEqual(format.safeLines('\u001b[31mred\u001b[0m\r\nbell\u0007\tend'), ['red', 'bell end']);
  });
});
