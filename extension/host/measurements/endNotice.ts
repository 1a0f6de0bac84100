import { percent } from '../runs/runStatus';
import type { EndedMeasurement } from './followed';
import type { Measurement } from './measurement';

export type EndAction = 'Show' | 'Continue';

/** What a person is told when a measurement ends. */
export interface EndNotice {
  readonly severity: 'information' | 'warning' | 'error';
  readonly text: string;
  readonly actions: readonly EndAction[];
}

/** Undefined where the person has stopped it. */
export function endNotice({ title, measurement, lastWords }: EndedMeasurement): EndNotice | undefined {
  const { state, result } = measurement;
  switch (state) {
    case 'finished':
      return {
        severity: 'information',
        text: `${title} has finished.${figuresOf(measurement)}`,
        actions: ['Show'],
      };
    case 'failed':
      return { severity: 'error', text: `${title} failed: ${result.failure}`, actions: ['Continue', 'Show'] };
    case 'died':
      return {
        severity: 'warning',
        text: [
          `${title} was interrupted: its process is gone.`,
          lastWords,
          'Continue goes on from its last batch.',
        ]
          .filter(part => part !== '')
          .join(' '),
        actions: ['Continue', 'Show'],
      };
    default:
      return undefined;
  }
}

function figuresOf({ result }: Measurement): string {
  if (result.kind !== 'robustness') return '';
  const { figures, warnings } = result;
  const { examples } = figures.worstCase;
  const doubts =
    warnings.length === 0
      ? ''
      : ` With ${warnings.length === 1 ? 'a warning' : `${warnings.length} warnings`}.`;
  return ` Robust ${percent(result.worstCase)}, clean ${percent(result.clean)} of ${examples} images.${doubts}`;
}
