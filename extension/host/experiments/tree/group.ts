import type { RunEntry } from '../store/runEntry';
import { monthOf } from './figures';
import { type RunState, runStates, stateTitles } from './runState';

export const groupings = ['name', 'status', 'date', 'none'] as const;
export type Grouping = (typeof groupings)[number];

export interface RunGroup {
  /** Stays the same while runs come and go. */
  readonly key: string;
  readonly title: string;
  readonly runs: readonly RunEntry[];
}

/**
 * @param entries in the order they are to have within a group
 * @returns groups by status in the order they ask for attention, by date newest first, by name as their first runs come
 */
export function groupRuns(
  entries: readonly RunEntry[],
  grouping: Grouping,
  stateOf: (entry: RunEntry) => RunState,
  now: Date,
): RunGroup[] {
  const groups = new Map<string, { rank: number; title: string; runs: RunEntry[] }>();
  for (const entry of entries) {
    const { title, rank } = placeOf(entry, grouping, stateOf, now);
    const group = groups.get(title);
    if (group === undefined) groups.set(title, { title, rank, runs: [entry] });
    else group.runs.push(entry);
  }
  return [...groups.values()]
    .sort((a, b) => a.rank - b.rank)
    .map(({ title, runs }) => ({ key: `${grouping}:${title}`, title, runs }));
}

interface Place {
  readonly title: string;
  /** Groups of lower rank come first; those of one rank as their first runs come. */
  readonly rank: number;
}

const last = Number.MAX_SAFE_INTEGER;

function placeOf(
  entry: RunEntry,
  grouping: Grouping,
  stateOf: (entry: RunEntry) => RunState,
  now: Date,
): Place {
  switch (grouping) {
    case 'name':
      return entry.kind === 'corrupt'
        ? { title: 'Damaged folders', rank: last }
        : { title: entry.record.name, rank: 0 };
    case 'status': {
      const state = stateOf(entry);
      return { title: stateTitles[state], rank: runStates.indexOf(state) };
    }
    case 'date':
      return dayOf(startOf(entry), now);
    case 'none':
      return { title: 'All runs', rank: 0 };
  }
}

/** A corrupt folder still has its time in its name. */
function startOf(entry: RunEntry): Date {
  if (entry.kind === 'run') return new Date(entry.record.createdAt);
  const [, year, month, day] = /^(\d{4})(\d{2})(\d{2})-/.exec(entry.id) ?? [];
  return new Date(Number(year), Number(month) - 1, Number(day));
}

/** Today, Yesterday, Last 7 days, then months. */
function dayOf(time: Date, now: Date): Place {
  if (Number.isNaN(time.getTime())) return { title: 'Unknown date', rank: last };
  const midnight = (days: number) =>
    new Date(now.getFullYear(), now.getMonth(), now.getDate() - days).getTime();
  if (time.getTime() >= midnight(0)) return { title: 'Today', rank: 0 };
  if (time.getTime() >= midnight(1)) return { title: 'Yesterday', rank: 1 };
  if (time.getTime() >= midnight(6)) return { title: 'Last 7 days', rank: 2 };
  const monthsAgo = (now.getFullYear() - time.getFullYear()) * 12 + now.getMonth() - time.getMonth();
  return { title: monthOf(time), rank: 3 + monthsAgo };
}
