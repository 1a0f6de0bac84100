import type { ChartSpec, Series } from '../shared/chart/series';
import { formatNumber, formatPercent } from '../shared/format';
import type { RunData } from '../shared/runData';
import { Curve, type CurveSource } from '../shared/series/curve';
import { columnSource } from '../shared/series/sources';
import type { Contestant } from './comparison';

interface Metric {
  readonly id: string;
  readonly title: string;
  readonly hint?: string;
  readonly isShare?: boolean;
  readonly measured?: boolean;
  readonly source: (run: RunData) => CurveSource;
  readonly errors?: (run: RunData) => CurveSource;
}

const sharpness =
  'Expected sharpness under random weight perturbations scaled to each filter’s norm; lower means flatter. Bars are one ' +
  'standard error. Comparable only between runs measured with the same rho, directions and images.';

/** What runs are compared by, the most telling first. */
export const metrics: readonly Metric[] = [
  {
    id: 'robustValidation',
    title: 'Robust accuracy, validation',
    isShare: true,
    measured: true,
    source: run => columnSource(run.validation, 'robustAccuracy'),
  },
  {
    id: 'cleanValidation',
    title: 'Clean accuracy, validation',
    isShare: true,
    measured: true,
    source: run => columnSource(run.validation, 'cleanAccuracy'),
  },
  {
    id: 'robustTraining',
    title: 'Robust accuracy, training',
    isShare: true,
    source: run => columnSource(run.steps, 'robustAccuracy'),
  },
  {
    id: 'cleanTraining',
    title: 'Clean accuracy, training',
    isShare: true,
    source: run => columnSource(run.steps, 'cleanAccuracy'),
  },
  {
    id: 'total',
    title: 'Training loss',
    hint: 'The loss that is minimised. Runs with different objectives or weights minimise different losses.',
    source: run => columnSource(run.steps, 'total'),
  },
  { id: 'natural', title: 'Natural term', source: run => columnSource(run.steps, 'natural') },
  { id: 'robustKl', title: 'Robust KL term', source: run => columnSource(run.steps, 'robust') },
  { id: 'first', title: 'First-order term', source: run => columnSource(run.steps, 'first') },
  { id: 'second', title: 'Second-order term', source: run => columnSource(run.steps, 'second') },
  {
    id: 'adversarialSharpness',
    title: 'Sharpness, adversarial images',
    hint: sharpness,
    measured: true,
    source: run => columnSource(run.sharpness, 'adversarial'),
    errors: run => columnSource(run.sharpness, 'adversarialStandardError'),
  },
  {
    id: 'cleanSharpness',
    title: 'Sharpness, clean images',
    hint: sharpness,
    measured: true,
    source: run => columnSource(run.sharpness, 'clean'),
    errors: run => columnSource(run.sharpness, 'cleanStandardError'),
  },
  {
    id: 'learningRate',
    title: 'Learning rate',
    source: run => columnSource(run.steps, 'learningRate'),
  },
];

/** Shown until the user chooses. */
export const metricsAtFirst: readonly string[] = [
  'robustValidation',
  'cleanValidation',
  'total',
  'robustTraining',
  'adversarialSharpness',
  'cleanSharpness',
];

/** One chart with a line a run. */
export function metricChart(metric: Metric, contestants: readonly Contestant[]): ChartSpec {
  return {
    id: metric.id,
    title: metric.title,
    ...(metric.hint === undefined ? {} : { hint: metric.hint }),
    ...(metric.isShare
      ? {
          format: formatPercent,
          formatTick: (value: number) => `${Number((value * 100).toFixed(1))} %`,
          bounds: { least: 0, greatest: 1 },
        }
      : { format: formatNumber }),
    series: contestants.map(
      ({ run, hue, dash, label, setup }): Series => ({
        id: setup.runFolder,
        label,
        hue,
        dash,
        measured: metric.measured ?? false,
        exact: metric.id === 'learningRate',
        curve: new Curve(metric.source(run)),
        ...(metric.errors ? { errors: metric.errors(run) } : {}),
        stepsPerEpoch: () => run.facts.stepsPerEpoch,
      }),
    ),
  };
}
