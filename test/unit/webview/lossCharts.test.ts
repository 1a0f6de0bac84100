import assert from 'node:assert/strict';
import { GrowingTable } from '../../../extension/contract/columns';
import type { StepFigure } from '../../../extension/contract/dashboard';
import { lossCharts, lossTerms } from '../../../webview/dashboard/lossCharts';
import { RunData } from '../../../webview/shared/runData';

const weights = { natural: 0.8, robust: 6, first: 0.2, second: 0.1 };

function runOfOneStep(): RunData {
  const run = new RunData();
  const steps = new GrowingTable<StepFigure>();
  const [natural, robust, first, second] = [0.5, 0.02, 0.7, 0.9];
  const total =
    weights.natural * natural + weights.robust * robust + weights.first * first + weights.second * second;
  steps.appendRow(1, 1, { total, zeroth: natural + 6 * robust, natural, robust, first, second });
  run.steps.append(steps.slice());
  return run;
}

describe('the loss charts', () => {
  it('show every Taylor term together in one chart', () => {
    const [chart, ...others] = lossCharts(runOfOneStep(), 'together', weights);
    assert.equal(others.length, 0);
    const labels = chart?.series.filter(({ hiddenAtFirst }) => !hiddenAtFirst).map(({ label }) => label);
    assert.deepEqual(labels, ['Total', 'Zeroth', 'Natural', 'Robust KL', 'First order', 'Second order']);
  });

  it('show one chart a term apart', () => {
    const charts = lossCharts(runOfOneStep(), 'apart', weights);
    assert.equal(charts.length, lossTerms.length);
  });

  it('stack the weighted terms up to the total', () => {
    const run = runOfOneStep();
    const [chart] = lossCharts(run, 'stacked', weights);
    const top = chart?.series.at(-1)?.curve.raw().values[0];
    assert.ok(Math.abs((top ?? 0) - run.steps.at(0, 'total')) < 1e-6);
    assert.equal(chart?.series[0]?.label, 'Natural × 0.8');
  });

  it('are shown together where the weights are not known', () => {
    assert.equal(lossCharts(runOfOneStep(), 'stacked', undefined)[0]?.id, 'loss');
  });
});
