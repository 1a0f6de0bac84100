import assert from 'node:assert/strict';
import { readCompareView } from '../../../webview/compare/viewState';
import { readDashboardView } from '../../../webview/dashboard/viewState';
import { initialBoardView } from '../../../webview/shared/chart/boardView';

describe('a remembered view', () => {
  it('comes back as it was', () => {
    const view = {
      board: {
        smoothing: { kind: 'window', strength: 0.7 },
        xAxis: 'time',
        zoom: { min: 10, max: 20 },
        logarithmic: ['loss'],
        toggled: ['loss/first'],
      },
      lossLayout: 'stacked',
    };
    assert.deepEqual(readDashboardView(JSON.parse(JSON.stringify(view))), view);
  });

  it('is the first view where there is none', () => {
    assert.deepEqual(readDashboardView(undefined), { board: initialBoardView, lossLayout: 'together' });
  });

  it('loses only what makes no sense', () => {
    const { board, lossLayout } = readDashboardView({
      board: {
        smoothing: { kind: 'cubic', strength: 7 },
        xAxis: 'toString',
        zoom: { min: 5, max: 5 },
        logarithmic: ['loss', 3],
        toggled: 'all',
      },
      lossLayout: 'apart',
    });
    assert.deepEqual(board, { ...initialBoardView, logarithmic: ['loss'] });
    assert.equal(lossLayout, 'apart');
  });

  it('of a comparison keeps the metrics that still exist, in their order', () => {
    const view = readCompareView({ baseline: '/runs/a', metrics: ['total', 'gone', 'robustValidation'] });
    assert.deepEqual(view.metrics, ['robustValidation', 'total']);
    assert.equal(view.baseline, '/runs/a');
  });
});
