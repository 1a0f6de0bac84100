import type { ChartSpec } from '../shared/chart/series';
import { formatNumber, formatPercent, formatRate } from '../shared/format';
import type { RunData } from '../shared/runData';
import { Curve } from '../shared/series/curve';
import { columnSource } from '../shared/series/sources';

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
