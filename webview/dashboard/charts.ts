import type { LossFigure, LossWeights } from '../../extension/contract/dashboard';
import type { ChartSpec, Series } from '../shared/chart/series';
import { formatNumber, formatPercent, formatRate } from '../shared/format';
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

const percent = {
  format: formatPercent,
  formatTick: (value: number) => `${Number((value * 100).toFixed(1))} %`,
  bounds: { least: 0, greatest: 1 },
};

export function accuracyChart(run: RunData): ChartSpec {
  const stepsPerEpoch = () => run.facts.stepsPerEpoch;
  return {
    id: 'accuracy',
    title: 'Accuracy',
    hint:
      'Share of images classified rightly: clean as they are, robust under attack. Validation is measured on held-out ' +
      'images at the end of an epoch; training is the accuracy on the batch of each step.',
    ...percent,
    series: [
      {
        id: 'trainingClean',
        label: 'Clean, training',
        hue: 'blue',
        secondary: true,
        curve: new Curve(columnSource(run.steps, 'cleanAccuracy')),
        stepsPerEpoch,
      },
      {
        id: 'trainingRobust',
        label: 'Robust, training',
        hue: 'vermillion',
        secondary: true,
        curve: new Curve(columnSource(run.steps, 'robustAccuracy')),
        stepsPerEpoch,
      },
      {
        id: 'validationClean',
        label: 'Clean, validation',
        hue: 'blue',
        measured: true,
        curve: new Curve(columnSource(run.validation, 'cleanAccuracy')),
        stepsPerEpoch,
      },
      {
        id: 'validationRobust',
        label: 'Robust, validation',
        hue: 'vermillion',
        measured: true,
        curve: new Curve(columnSource(run.validation, 'robustAccuracy')),
        stepsPerEpoch,
      },
    ],
  };
}

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

export const sharpnessMeaning =
  'Expected sharpness: mean over random directions u of L(w + u) − L(w), each filter of u scaled to rho times the norm ' +
  'of that filter of w, on fixed images with batch norm in evaluation mode; adversarial images are made once at w. ' +
  'Lower means flatter. Bars are one standard error over the directions. The noise floor is the same measurement with ' +
  'rho = 0: what rounding alone produces; smaller differences mean nothing.';

/** The meaning of sharpness with the setting of its measurement. */
function sharpnessHint(setting: RunData['sharpnessSetting']): string {
  if (!setting) return sharpnessMeaning;
  const { rho, directions, examples } = setting;
  return `${sharpnessMeaning} Here rho = ${rho}, ${directions} directions, ${examples} images.`;
}

export function sharpnessChart(run: RunData): ChartSpec {
  const measured = { measured: true, stepsPerEpoch: () => run.facts.stepsPerEpoch };
  return {
    id: 'sharpness',
    title: 'Sharpness of the loss landscape',
    hint: sharpnessHint(run.sharpnessSetting),
    format: formatNumber,
    series: [
      {
        id: 'adversarial',
        label: 'Adversarial images',
        hue: 'vermillion',
        curve: new Curve(columnSource(run.sharpness, 'adversarial')),
        errors: columnSource(run.sharpness, 'adversarialStandardError'),
        ...measured,
      },
      {
        id: 'clean',
        label: 'Clean images',
        hue: 'blue',
        curve: new Curve(columnSource(run.sharpness, 'clean')),
        errors: columnSource(run.sharpness, 'cleanStandardError'),
        ...measured,
      },
      {
        id: 'noiseFloor',
        label: 'Noise floor',
        hue: 'grey',
        dash: [4, 3],
        curve: new Curve(columnSource(run.sharpness, 'noiseFloor')),
        ...measured,
      },
    ],
  };
}

export function learningRateChart(run: RunData): ChartSpec {
  return {
    id: 'learningRate',
    title: 'Learning rate',
    format: formatNumber,
    bounds: { least: 0 },
    height: 'short',
    series: [
      {
        id: 'learningRate',
        label: 'Learning rate',
        hue: 'green',
        exact: true,
        curve: new Curve(columnSource(run.steps, 'learningRate')),
        stepsPerEpoch: () => run.facts.stepsPerEpoch,
      },
    ],
  };
}

export function throughputChart(run: RunData): ChartSpec {
  return {
    id: 'throughput',
    title: 'Throughput',
    format: value => `${formatRate(value)} images/s`,
    formatTick: formatRate,
    bounds: { least: 0 },
    height: 'short',
    series: [
      {
        id: 'imagesPerSecond',
        label: 'Images a second',
        hue: 'purple',
        curve: new Curve(columnSource(run.steps, 'imagesPerSecond')),
        stepsPerEpoch: () => run.facts.stepsPerEpoch,
      },
    ],
  };
}
