import type { RunEntry, RunSummary } from '../store/runEntry';
import type { RunState } from '../tree/runState';

/** A command on one run or several, apart from how the runs are chosen. */
export interface RunCommand<Entry extends RunEntry = RunSummary> {
  /** Without the "randomizedAt.run." before it. */
  readonly name: string;
  /** Instruction that heads the choice of a run and the message of a failure: "Pause Run". */
  readonly title: string;
  /** Takes all the runs chosen; else the first of them. */
  readonly many?: boolean;
  /** Fewest runs it needs, where that is more than one. */
  readonly fewest?: number;
  accepts(entry: RunEntry, state: RunState): entry is Entry;
  run(entries: readonly Entry[]): Promise<void>;
}

export function isRun(entry: RunEntry): entry is RunSummary {
  return entry.kind === 'run';
}
