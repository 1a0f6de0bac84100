import type { Config } from '../../../contract/config';
import { duration, type Estimate } from '../cost/estimate';
import { resolveLeniently } from '../fields/resolved';
import { findingsIn } from './diagnostics';

/** An action above the config. */
export interface Lens {
  readonly title: string;
  readonly tooltip: string;
  readonly command: string;
}

/** The actions above a config's first line. */
export function lensesOf(text: string, file: string, estimateOf: (config: Config) => Estimate): Lens[] {
  if (text.trim() === '') return [template, form];
  const errors = findingsIn(text, file).filter(({ problem }) => problem.severity === 'error').length;
  const config = resolveLeniently(text);
  return [
    errors === 0
      ? {
          title: '$(play) Start Randomized AT',
          tooltip: 'Save this config, check it and train',
          command: 'randomizedAt.start',
        }
      : {
          title: `$(error) ${errors} ${errors === 1 ? 'error' : 'errors'} to mend`,
          tooltip: 'Go to the first error; a config with errors does not start',
          command: 'randomizedAt.showFirstError',
        },
    ...(config === undefined || errors > 0
      ? []
      : [
          {
            title: `$(pulse) Estimate: ${inFewWords(estimateOf(config))}`,
            tooltip: 'Cost of a step, an epoch and the whole run',
            command: 'randomizedAt.estimate',
          },
        ]),
    {
      title: '$(diff) Compare with last run',
      tooltip: "What differs from the config of this experiment's last run",
      command: 'randomizedAt.compareWithLastRun',
    },
    form,
  ];
}

function inFewWords({ step, secondsPerEpoch }: Estimate): string {
  return secondsPerEpoch === undefined
    ? `${step.total} units a step`
    : `${duration(secondsPerEpoch)} an epoch`;
}

const form: Lens = {
  title: '$(edit) Edit as form',
  tooltip: 'Edit this config in a form',
  command: 'randomizedAt.editAsForm',
};

const template: Lens = {
  title: '$(lightbulb) Start from a template',
  tooltip: 'Choose what this empty config begins with',
  command: 'editor.action.triggerSuggest',
};
