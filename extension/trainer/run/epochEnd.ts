import type { EvaluationEvent, SharpnessEvent } from '../../contract/events';
import type { Judged } from '../evaluation/robustAccuracy';
import type { RunFolder } from './folder/runFolder';
import { type ExamplesPicture, evaluateValidation, examplesPicture, sharpnessOf } from './measurements';
import { epochMeans, type Progress } from './progress';
import type { NewEvent, RunReport } from './runReport';
import type { Workload } from './workload';
import type { Interruptions } from './workTime';

/** What the config wants measured at the end of an epoch; the rest is absent. */
export interface EpochMeasurements {
  readonly evaluation: NewEvent<EvaluationEvent> | undefined;
  readonly sharpness: NewEvent<SharpnessEvent> | undefined;
  readonly picture: ExamplesPicture | undefined;
}

/**
 * Measures the weights at the end of an epoch (1, 2, ...). Nothing is told before all is measured, so that an end that is
 * interrupted by a stop leaves no half of it.
 */
export async function measureEpochEnd(
  workload: Workload,
  judged: Judged,
  epoch: number,
  interruptions: Interruptions,
): Promise<EpochMeasurements> {
  const { config } = workload;
  const isDue = (every: number) => every > 0 && (epoch % every === 0 || epoch === config.epochs);
  return {
    evaluation: isDue(config.evaluation.everyEpochs)
      ? await evaluateValidation(workload, judged, interruptions)
      : undefined,
    sharpness: isDue(config.sharpness.everyEpochs)
      ? await sharpnessOf(workload, judged, interruptions)
      : undefined,
    picture: isDue(config.examples.everyEpochs) ? await examplesPicture(workload, judged) : undefined,
  };
}

/** Tells the epoch's means and what was measured at its end. */
export async function tellEpochEnd(
  { evaluation, sharpness, picture }: EpochMeasurements,
  progress: Progress,
  report: RunReport,
  folder: RunFolder,
): Promise<void> {
  const { step, sums, closedEpochs } = progress;
  report.tell(step, { type: 'epoch', ...epochMeans(progress), seconds: sums.seconds });
  if (evaluation) report.tell(step, evaluation);
  if (sharpness) report.tell(step, sharpness);
  if (picture) {
    const name = `epoch-${String(closedEpochs + 1).padStart(4, '0')}.png`;
    report.tell(step, { ...picture.event, file: await folder.writeExample(name, picture.png) });
  }
}
