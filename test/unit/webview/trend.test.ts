import assert from 'node:assert/strict';
import { lastFinite, trendOf } from '../../../webview/shared/chart/trend';

const hundred = Array.from({ length: 100 }, (_, i) => i);

describe('the trend read out for a chart', () => {
  it('says whether a figure rises, falls or keeps still', () => {
    assert.equal(trendOf(hundred), 'rising');
    assert.equal(trendOf(hundred.map(i => 200 - i)), 'falling');
    assert.equal(trendOf(hundred.map(i => 5 + 0.01 * Math.sin(i))), 'steady');
  });

  it('says nothing of a single value', () => {
    assert.equal(trendOf([1]), undefined);
    assert.equal(trendOf([]), undefined);
  });

  it('passes over missing values', () => {
    assert.equal(lastFinite([1, 2, Number.NaN]), 2);
    assert.equal(lastFinite([Number.NaN]), undefined);
    assert.equal(trendOf([1, Number.NaN, 2, 3]), 'rising');
  });
});
