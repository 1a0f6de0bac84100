import { commands, type TreeView } from 'vscode';
import type { RunStore } from './store/runStore';
import type { ExperimentsTree } from './tree/experimentsTree';
import { describeFilter, isFiltering } from './tree/filter';
import { isLive } from './tree/runState';
import type { TreeNode } from './tree/treeModel';
import type { ViewState } from './tree/viewState';

/** Keeps what surrounds the rows in step with them: badge, message, and the context keys of the menus' conditions. */
export class LiveView {
  readonly #treeView: TreeView<TreeNode>;
  readonly #store: RunStore;
  readonly #tree: ExperimentsTree;
  readonly #view: ViewState;
  readonly #keys = new Map<string, boolean>();
  #isComplete = false;

  constructor(treeView: TreeView<TreeNode>, store: RunStore, tree: ExperimentsTree, view: ViewState) {
    this.#treeView = treeView;
    this.#store = store;
    this.#tree = tree;
    this.#view = view;
  }

  /** All run folders have been read once: from now on an empty list means that there are none. */
  complete(): void {
    this.#isComplete = true;
    this.refresh();
  }

  refresh(): void {
    const states = this.#store.entries.map(entry => this.#tree.stateOf(entry));
    const live = states.filter(isLive).length;
    const isFiltered = isFiltering(this.#view.filter);
    const shown = this.#tree.shownRuns;
    this.#treeView.badge =
      live === 0
        ? undefined
        : { value: live, tooltip: live === 1 ? '1 run is training' : `${live} runs are training` };
    // Without rows the welcome text speaks, and a message would hide it.
    this.#treeView.message =
      isFiltered && shown > 0
        ? `${shown} of ${states.length} runs: ${describeFilter(this.#view.filter)}`
        : '';
    this.#setKey('filtered', isFiltered);
    this.#setKey('hasRuns', states.length > 0);
    this.#setKey('isEmpty', this.#isComplete && states.length === 0);
  }

  #setKey(name: string, value: boolean): void {
    if (this.#keys.get(name) === value) return;
    this.#keys.set(name, value);
    void commands.executeCommand('setContext', `randomizedAt.experiments.${name}`, value);
  }
}
