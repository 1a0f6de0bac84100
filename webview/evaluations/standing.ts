import { attackTitle } from '../../extension/contract/evaluationNames';
import type { EvaluationView } from '../../extension/contract/evaluationPage';
import { formatDuration, formatPercent } from '../shared/format';

const stateNames: Readonly<Record<EvaluationView['state'], string>> = {
  running: 'Running',
  finished: 'Finished',
  stopped: 'Stopped',
  failed: 'Failed',
  died: 'Interrupted',
};

/** How an unfinished evaluation stands, in words. */
export interface StandingText {
  readonly state: string;
  /** Of the whole, in [0, 1]. */
  readonly fraction: number;
  readonly facts: readonly string[];
}

/**
 * @param now milliseconds since 1970: what is left falls between the times that the evaluation tells it
 */
export function standingText(
  { state, standing, updatedAt, figures }: EvaluationView,
  now: number,
): StandingText {
  const running = state === 'running';
  const fraction = Math.min(1, Math.max(0, standing?.fraction ?? 0));
  const isClean = !standing || standing.stage === 'clean';
  const { accuracy, examples } = figures.worstCase;
  const since = Math.max(0, (now - Date.parse(updatedAt)) / 1000) || 0;
  const left = standing?.secondsLeft;
  return {
    state: stateNames[state],
    fraction,
    facts: [
      ...(running && standing ? [stageName(standing.stage)] : []),
      `${Math.floor(100 * fraction)} % of the work`,
      ...(isClean ? [] : [`${formatPercent(accuracy)} of ${examples} robust so far`]),
      ...(running && left !== undefined ? [`at most ${formatDuration(left - since)} left`] : []),
    ],
  };
}

function stageName(stage: string): string {
  if (stage === 'clean') return 'Clean images';
  if (stage === 'checks') return 'Checking the network';
  return attackTitle(stage);
}
