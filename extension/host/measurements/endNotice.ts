import { percent } from '../runs/runStatus';
import type { EndedMeasurement } from './followed';
import type { Measurement } from './measurement';

export type EndAction = 'Show' | 'Continue';

/** What a person is told when a measurement ends. */
export interface EndNotice {
  readonly severity: 'information' | 'warning' | 'error';
  readonly text: string;
  readonly actions: readonly EndAction[];
  /** The one that the text and the actions are about. */
  readonly measurement: Measurement;
}

/** Undefined where the person has stopped it. */
export function endNotice({ title, measurements, lastWords }: EndedMeasurement): EndNotice | undefined {
  const [first] = measurements;
  const measurement = measurements.find(({ state }) => state !== 'finished') ?? first;
  const { state, result } = measurement;
  switch (state) {
    case 'finished': {
      const text = `${title} has finished.${figuresOf(measurements)}${doubtsAbout(measurements)}`;
      return { severity: 'information', text, actions: ['Show'], measurement };
    }
    case 'failed': {
      const text = `${title} failed: ${result.failure}`;
      return { severity: 'error', text, actions: ['Continue', 'Show'], measurement };
    }
    case 'died': {
      const text = [
        `${title} was interrupted: its process is gone.`,
        lastWords,
        'Continue goes on from its last batch.',
      ];
      return {
        severity: 'warning',
        text: text.filter(part => part !== '').join(' '),
        actions: ['Continue', 'Show'],
        measurement,
      };
    }
    default:
      return undefined;
  }
}

function figuresOf(measurements: readonly Measurement[]): string {
  const results = measurements.flatMap(({ result }) => (result.kind === 'robustness' ? [result] : []));
  const [first, another] = results;
  if (!first) return '';
  const clean = `clean ${percent(first.clean)} of ${first.figures.worstCase.examples} images.`;
  if (!another) return ` Robust ${percent(first.worstCase)}, ${clean}`;
  const each = results.map(({ worstCase, setting }) => `${percent(worstCase)} at ${short(setting.epsilon)}`);
  return ` Robust ${each.join(', ')}; ${clean}`;
}

function doubtsAbout(measurements: readonly Measurement[]): string {
  const warnings = measurements.flatMap(({ result }) =>
    result.kind === 'robustness' ? result.warnings : [],
  );
  if (warnings.length === 0) return '';
  return ` With ${warnings.length === 1 ? 'a warning' : `${warnings.length} warnings`}.`;
}

const short = (epsilon: number): string => String(Number(epsilon.toPrecision(4)));
