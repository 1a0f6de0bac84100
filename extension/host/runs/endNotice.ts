import type { RunRecord } from '../../contract/runFolder';
import { percent } from './runStatus';

export type EndAction = 'Open' | 'Resume' | 'Show Log';

/** What a person is told when a run ends. */
export interface EndNotice {
  readonly severity: 'information' | 'warning' | 'error';
  readonly text: string;
  readonly actions: readonly EndAction[];
}

/** @param lastWords the last lines that the trainer's process wrote to stderr */
export function endNotice(record: RunRecord, lastWords: string): EndNotice {
  const { name, status, reason, epoch } = record;
  const at = `at epoch ${epoch.toFixed(1)}`;
  switch (status) {
    case 'finished':
      return {
        severity: 'information',
        text: `${name} has finished. ${figuresOf(record)}`,
        actions: ['Open', 'Show Log'],
      };
    case 'failed':
      return {
        severity: 'error',
        text: `${name} failed ${at}: ${reason ?? lastWords}`,
        actions: ['Open', 'Resume', 'Show Log'],
      };
    case 'interrupted':
      return {
        severity: 'warning',
        text: [
          `${name} was interrupted ${at}. ${reason ?? ''}`.trim(),
          lastWords,
          'Resume goes on from its last checkpoint.',
        ]
          .filter(part => part !== '')
          .join(' '),
        actions: ['Resume', 'Open', 'Show Log'],
      };
    default:
      return {
        severity: 'information',
        text: `${name} was stopped ${at}.`,
        actions: ['Resume', 'Open', 'Show Log'],
      };
  }
}

function figuresOf({ test, best }: RunRecord): string {
  const figures = test ?? best;
  if (!figures) return 'It was never evaluated.';
  const where = test ? `on ${test.examples} test images (${test.attack})` : 'on validation images';
  return `Best checkpoint: robust ${percent(figures.robustAccuracy)}, clean ${percent(figures.cleanAccuracy)} ${where}.`;
}
