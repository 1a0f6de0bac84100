import { displayName, type RunEntry } from '../store/runEntry';

export const runOrders = ['newest', 'best robust accuracy', 'name'] as const;
export type RunOrder = (typeof runOrders)[number];

/** @returns a new list in that order; runs that are equal in it are newest first */
export function sortRuns(entries: readonly RunEntry[], order: RunOrder): RunEntry[] {
  return [...entries].sort((a, b) => compare[order](a, b) || newestFirst(a, b));
}

const nameOrder = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });

const compare: Readonly<Record<RunOrder, (a: RunEntry, b: RunEntry) => number>> = {
  newest: () => 0,
  'best robust accuracy': (a, b) => bestRobust(b) - bestRobust(a),
  name: (a, b) => nameOrder.compare(displayName(a), displayName(b)),
};

/** Best validation robust accuracy; a run without one comes after those with 0. */
export function bestRobust(entry: RunEntry): number {
  const accuracy = entry.kind === 'run' ? entry.record.best?.robustAccuracy : undefined;
  return accuracy !== undefined && Number.isFinite(accuracy) ? accuracy : -1;
}

/** A run's id begins with its time; two workspace folders may hold the same id. */
function newestFirst(a: RunEntry, b: RunEntry): number {
  if (a.id !== b.id) return a.id < b.id ? 1 : -1;
  return a.folder < b.folder ? 1 : -1;
}
