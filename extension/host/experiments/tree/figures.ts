import type { RunRecord } from '../../../contract/runFolder';
import { plannedEpochs } from '../store/runEntry';

/** 0.4521 -> "45.2%"; what is no number is a dash. */
export function percent(accuracy: number | undefined): string {
  return accuracy === undefined || !Number.isFinite(accuracy) ? '–' : `${(accuracy * 100).toFixed(1)}%`;
}

/** "2/3": finished epochs of the planned ones; a running epoch shows its fraction while epochs are few. */
export function epochOfEpochs(record: RunRecord): string {
  const planned = plannedEpochs(record);
  const finished = Number.isInteger(record.epoch) ? String(record.epoch) : record.epoch.toFixed(1);
  return planned === undefined ? finished : `${finished}/${planned}`;
}

/** 3725 -> "1 h 2 min". */
export function duration(seconds: number): string {
  if (!Number.isFinite(seconds)) return '–';
  if (seconds < 60) return `${Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** Local time as a person says it: "14:30" today, "18 Jun 14:30" this year, else "18 Jun 2023 14:30". */
export function shortTime(time: Date, now: Date): string {
  if (Number.isNaN(time.getTime())) return 'unknown time';
  const two = (value: number) => String(value).padStart(2, '0');
  const clock = `${two(time.getHours())}:${two(time.getMinutes())}`;
  if (time.toDateString() === now.toDateString()) return clock;
  const day = `${time.getDate()} ${months[time.getMonth()]}`;
  const year = time.getFullYear() === now.getFullYear() ? '' : ` ${time.getFullYear()}`;
  return `${day}${year} ${clock}`;
}

/** "June 2023" is too long for a narrow sidebar: "Jun 2023". */
export function monthOf(time: Date): string {
  return `${months[time.getMonth()]} ${time.getFullYear()}`;
}
