import type { LossFigure, LossWeights } from '../../extension/contract/dashboard';
import type { ChartSpec, Series } from '../shared/chart/series';
import { formatNumber } from '../shared/format';
import type { Hue } from '../shared/palette';
import type { RunData } from '../shared/runData';
import { Curve } from '../shared/series/curve';
import { columnSource, weightedSource } from '../shared/series/sources';
import type { LossLayout } from './viewState';

interface Term {
  readonly name: LossFigure;
  readonly label: string;
  readonly hue: Hue;
  readonly hint: string;
}

/** The terms of the training loss in the order in which they are told. */
export const lossTerms: readonly Term[] = [
  { name: 'total', label: 'Total', hue: 'foreground', hint: 'The training loss that is minimised, in nats.' },
  {
    name: 'zeroth',
    label: 'Zeroth',
    hue: 'grey',
    hint: 'The zeroth-order term: natural + beta · robust KL, the objective without Taylor terms.',
  },
  { name: 'natural', label: 'Natural', hue: 'blue', hint: 'The classification term, before its weight.' },
  {
    name: 'robust',
    label: 'Robust KL',
    hue: 'vermillion',
    hint: 'Divergence between the predictions on clean and adversarial images, before its weight beta.',
  },
  {
    name: 'first',
    label: 'First order',
    hue: 'green',
    hint: 'The first-order Taylor term of the randomized loss, before its weight.',
  },
  {
    name: 'second',
    label: 'Second order',
    hue: 'purple',
    hint: 'The second-order Taylor term of the randomized loss, before its weight.',
  },
];

/** The loss charts of a layout: one chart with all terms, one with their parts of the total, or one a term. */
export function lossCharts(run: RunData, layout: LossLayout, weights: LossWeights | undefined): ChartSpec[] {
  const stepsPerEpoch = () => run.facts.stepsPerEpoch;
  if (layout === 'stacked' && weights) return [stackedLossChart(run, weights)];
  const termSeries = ({ name, label, hue }: Term): Series => ({
    id: name,
    label,
    hue,
    curve: new Curve(columnSource(run.steps, name)),
    stepsPerEpoch,
  });
  if (layout === 'apart') {
    return lossTerms.map(term => ({
      id: `loss-${term.name}`,
      title: term.label,
      hint: term.hint,
      format: formatNumber,
      series: [termSeries(term)],
      height: 'short',
    }));
  }
  return [
    {
      id: 'loss',
      title: 'Loss',
      hint: `In nats. ${lossTerms.map(({ label, hint }) => `${label}: ${hint}`).join(' ')}`,
      format: formatNumber,
      series: [
        ...lossTerms.map(termSeries),
        ...(['cleanLoss', 'robustLoss'] as const).map(
          (name): Series => ({
            id: name,
            label: name === 'cleanLoss' ? 'Clean, validation' : 'Robust, validation',
            hue: name === 'cleanLoss' ? 'sky' : 'orange',
            measured: true,
            hiddenAtFirst: true,
            curve: new Curve(columnSource(run.validation, name)),
            stepsPerEpoch,
          }),
        ),
      ],
    },
  ];
}

/** The weighted terms one on the other, which add up to the total. */
function stackedLossChart(run: RunData, weights: LossWeights): ChartSpec {
  const parts = lossTerms.flatMap(term =>
    term.name === 'total' || term.name === 'zeroth'
      ? []
      : [{ ...term, name: term.name, weight: weights[term.name] }],
  );
  return {
    id: 'loss-stacked',
    title: 'Loss',
    hint: `Each term times its weight in the training loss; together they are the total. Weights: ${parts
      .map(({ label, weight }) => `${label} ${formatNumber(weight)}`)
      .join(', ')}.`,
    format: formatNumber,
    series: parts.map(({ name, label, hue, weight }, i) => ({
      id: name,
      label: `${label} × ${formatNumber(weight)}`,
      hue,
      curve: new Curve(weightedSource(run.steps, parts.slice(0, i + 1))),
      stacked: { own: weightedSource(run.steps, [{ name, weight }]) },
      stepsPerEpoch: () => run.facts.stepsPerEpoch,
    })),
  };
}
