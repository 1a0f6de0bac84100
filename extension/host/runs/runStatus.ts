import type { LiveRun } from './liveRuns';

/** One line for the status bar, and more for whoever points at it. */
export interface RunStatusText {
  readonly text: string;
  readonly tooltip: string;
}

/** What a live run is doing, how far it is, how robust, and how long it will still take. */
export function describeLiveRun(run: LiveRun): RunStatusText {
  const { record, paused } = run;
  const phase = phaseOf(run);
  const progress = progressOf(run);
  const best = record.best && `robust ${percent(record.best.robustAccuracy)}`;
  const remaining = paused ? undefined : remainingSeconds(run);
  const eta = remaining === undefined ? undefined : `${duration(remaining)} left`;
  const text = [`${paused ? '$(debug-pause)' : '$(pulse)'} ${phase}`, progress, best, eta]
    .filter(part => part !== undefined)
    .join(' \u00b7 ');
  const figures = record.best
    ? `Best: robust ${percent(record.best.robustAccuracy)}, clean ${percent(record.best.cleanAccuracy)} on validation data, epoch ${epochText(record.best.epoch)}.`
    : 'Not evaluated yet.';
  const place = record.engine === undefined ? '' : ` on ${record.engine} (${record.device})`;
  return { text, tooltip: `${record.name}: ${phase}${place}.\n${figures}\nClick to open the dashboard.` };
}

type Phase = 'starting' | 'training' | 'evaluating' | 'testing' | 'paused';

function phaseOf({ record, lastEvent, paused }: LiveRun): Phase {
  if (paused) return 'paused';
  const step = Math.max(record.step, lastEvent?.step ?? 0);
  if (step === 0) return 'starting';
  // At an epoch's last step its evaluation begins; its other events come when that is done.
  if (lastEvent?.type === 'step') return Number.isInteger(lastEvent.epoch) ? 'evaluating' : 'training';
  return record.totalSteps > 0 && step >= record.totalSteps ? 'testing' : 'training';
}

function progressOf({ record, lastEvent }: LiveRun): string | undefined {
  const { step, epoch } = lastEvent && lastEvent.step > record.step ? lastEvent : record;
  if (step === 0 || epoch === 0) return undefined;
  const stepsPerEpoch = step / epoch;
  return `epoch ${epochText(epoch)}/${Math.round(record.totalSteps / stepsPerEpoch)}`;
}

/** By the mean over the whole run, evaluations included and pauses left out; undefined before the first figures. */
function remainingSeconds({ record, lastEvent }: LiveRun): number | undefined {
  const { step, seconds, totalSteps } = record;
  if (step === 0 || seconds === 0) return undefined;
  const done = Math.max(step, lastEvent?.step ?? 0);
  return (seconds / step) * Math.max(0, totalSteps - done);
}

/** Rounded down: an epoch is full when it is over. */
function epochText(epoch: number): string {
  return String(Math.floor(epoch * 10 + 1e-6) / 10);
}

export function percent(fraction: number): string {
  return `${(100 * fraction).toFixed(1)} %`;
}

function duration(seconds: number): string {
  const minutes = Math.round(seconds / 60);
  if (seconds < 60) return `${Math.max(1, Math.round(seconds))} s`;
  if (minutes < 60) return `${minutes} min`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
