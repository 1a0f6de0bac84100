import { describeObjective } from '../../run/describe';
import type { RunEstimate } from '../../run/estimateRun';
import type { Workload } from '../../run/workload';
import { formatCount, formatDuration } from './format';

/** How long a run would take, a line for each part of it. */
export function estimateReport({ config }: Workload, estimate: RunEstimate, where: string): string {
  const { steps, secondsPerStep, training, evaluation, sharpness, test, total } = estimate;
  const rows = [
    ['training', training, `${formatCount(steps)} steps of ${formatDuration(secondsPerStep)}`],
    ['evaluation', evaluation, 'PGD at the ends of epochs'],
    ['sharpness', sharpness, 'at the ends of epochs'],
    ['test', test, 'the best checkpoint, at the end'],
    ['in all', total, `${config.epochs} ${config.epochs === 1 ? 'epoch' : 'epochs'}`],
  ] as const;
  return [
    `${config.name}: ${config.model.name}, batch ${config.batchSize}, ${describeObjective(config)}, on ${where}`,
    ...rows.map(
      ([name, seconds, what]) => `  ${name.padEnd(11)}${formatDuration(seconds).padStart(8)}  ${what}`,
    ),
    'From a few steps and one evaluated batch, measured just now; AWP counts as if its warm-up were over.',
  ].join('\n');
}
