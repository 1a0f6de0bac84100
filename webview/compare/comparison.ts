import type { ComparedRun, RunSetup, RunState } from '../../extension/contract/dashboard';
import { dashOrder, type Hue, hueOrder } from '../shared/palette';
import { RunData } from '../shared/runData';

/** A run of the comparison, with what it is drawn with. */
export interface Contestant {
  readonly setup: RunSetup;
  readonly run: RunData;
  readonly hue: Hue;
  readonly dash: readonly number[];
  /** The name, with the end of the folder's name where runs share it. */
  readonly label: string;
  state: RunState;
}

/** Gives each run a colour, or, when those run out, a colour and a dash, and a name of its own. */
export function contestantsOf(runs: readonly ComparedRun[]): Contestant[] {
  return runs.map(({ setup, state, news }, i) => {
    const run = new RunData();
    run.append(news);
    const isAlone = runs.every(other => other.setup === setup || other.setup.name !== setup.name);
    const folder = setup.runFolder.split(/[\\/]/).at(-1) ?? setup.runFolder;
    return {
      setup,
      state,
      run,
      hue: hueOrder[i % hueOrder.length] ?? 'foreground',
      dash: dashOrder[Math.floor(i / hueOrder.length) % dashOrder.length] ?? [],
      label: isAlone ? setup.name : `${setup.name} ${folder.split('-').at(-1)}`,
    };
  });
}
