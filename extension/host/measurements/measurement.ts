import { parseEvaluation, type RobustnessEvaluation } from '../../contract/evaluation';
import { type LandscapeResult, parseLandscape } from '../../contract/landscape';
import { type MeasurementState, parseMeasurement, type StoredMeasurement } from '../../contract/measurement';
import { isProcessAlive } from '../../contract/processIdentity';

/** A result in `evaluations/`, whoever started it. */
export interface Measurement {
  /** Absolute path. */
  readonly file: string;
  readonly state: MeasurementState;
  readonly result: RobustnessEvaluation | LandscapeResult;
}

/** The result in a file's text; undefined where it is something else, or damaged. */
export function measurementIn(file: string, text: string): Measurement | undefined {
  const kind = parseMeasurement(text)?.kind;
  const result =
    kind === 'robustness' ? parseEvaluation(text) : kind === 'landscape' ? parseLandscape(text) : undefined;
  return result && { file, result, state: stateOf(result) };
}

/** The state by the file and by whether its process lives, now. */
export function stateOf({ status, process, failure }: StoredMeasurement): MeasurementState {
  if (status === 'finished') return 'finished';
  if (failure !== undefined) return 'failed';
  if (!process) return 'stopped';
  return isProcessAlive(process) ? 'running' : 'died';
}
