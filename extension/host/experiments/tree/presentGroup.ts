import type { RunEntry } from '../store/runEntry';
import { percent } from './figures';
import type { RunGroup } from './group';
import type { Row } from './presentRun';
import { isLive, type RunState } from './runState';
import { bestRobust } from './sort';

/** A heading's row: how many runs it holds, how many of them train, and the best of them. */
export function presentGroup(group: RunGroup, stateOf: (entry: RunEntry) => RunState): Row {
  const { title, runs } = group;
  const live = runs.filter(entry => isLive(stateOf(entry))).length;
  const best = Math.max(...runs.map(bestRobust));
  const count = `${runs.length} ${runs.length === 1 ? 'run' : 'runs'}`;
  const parts = [count, live > 0 ? `${live} live` : '', best < 0 ? '' : `best ${percent(best)} robust`];
  const description = parts.filter(Boolean).join(' · ');
  return {
    label: title,
    description,
    contextValue: 'group',
    spoken: `${title}, ${parts.filter(Boolean).join(', ')}`,
  };
}
