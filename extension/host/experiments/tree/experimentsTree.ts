import {
  EventEmitter,
  MarkdownString,
  ThemeColor,
  ThemeIcon,
  type TreeDataProvider,
  TreeItem,
  TreeItemCollapsibleState,
} from 'vscode';
import type { RunEntry } from '../store/runEntry';
import type { RunStore } from '../store/runStore';
import { passes } from './filter';
import { groupRuns } from './group';
import { presentGroup } from './presentGroup';
import { type Icon, presentRun, type Row } from './presentRun';
import { isLive, type RunState, stateOf } from './runState';
import { sortRuns } from './sort';
import { tooltip } from './tooltip';
import { type GroupNode, type RunNode, TreeModel, type TreeNode } from './treeModel';
import type { ViewState } from './viewState';

/** The rows of the Experiments view. Tooltips are made when they are asked for. */
export class ExperimentsTree implements TreeDataProvider<TreeNode> {
  readonly #store: RunStore;
  readonly #view: ViewState;
  readonly #isPaused: (runFolder: string) => boolean;
  readonly #firstRuns: Promise<void>;
  readonly #model = new TreeModel();
  readonly #changed = new EventEmitter<TreeNode[] | undefined>();

  readonly onDidChangeTreeData = this.#changed.event;

  /** @param firstRuns settled when there is something to show: until then the view shows its progress bar */
  constructor(
    store: RunStore,
    view: ViewState,
    isPaused: (runFolder: string) => boolean,
    firstRuns: Promise<void>,
  ) {
    this.#store = store;
    this.#view = view;
    this.#isPaused = isPaused;
    this.#firstRuns = firstRuns;
  }

  get shownRuns(): number {
    return this.#model.shownRuns;
  }

  stateOf(entry: RunEntry): RunState {
    return stateOf(entry, this.#isPaused);
  }

  find(folder: string): RunNode | undefined {
    return this.#model.find(folder);
  }

  /** Arranges the runs anew and draws what is different. */
  refresh(changed: ReadonlySet<string>): void {
    const { grouping, order, filter } = this.#view;
    const state = (entry: RunEntry) => this.stateOf(entry);
    const shown = this.#store.entries.filter(entry => passes(filter, entry, state(entry)));
    const groups = groupRuns(sortRuns(shown, order), grouping, state, new Date());
    const rows = this.#model.arrange(groups, grouping === 'none', changed);
    if (rows === 'all') this.#changed.fire(undefined);
    else if (rows.length > 0) this.#changed.fire(rows);
  }

  async getChildren(node?: TreeNode): Promise<TreeNode[]> {
    await this.#firstRuns;
    if (node === undefined) return [...this.#model.roots];
    return node.kind === 'group' ? [...this.#model.runsOf(node)] : [];
  }

  getParent(node: TreeNode): GroupNode | undefined {
    return this.#model.parentOf(node);
  }

  getTreeItem(node: TreeNode): TreeItem {
    return node.kind === 'group' ? this.#groupItem(node) : this.#runItem(node);
  }

  resolveTreeItem(item: TreeItem, node: TreeNode): TreeItem {
    const entry = node.kind === 'run' ? this.#store.get(node.runFolder) : undefined;
    if (entry !== undefined) {
      item.tooltip = new MarkdownString(tooltip(entry, this.stateOf(entry), new Date()), true);
    }
    return item;
  }

  #groupItem(node: GroupNode): TreeItem {
    const group = this.#model.group(node);
    if (group === undefined) return new TreeItem('');
    const isLiveRun = (folder: string) => {
      const entry = this.#store.get(folder);
      return entry !== undefined && isLive(this.stateOf(entry));
    };
    const row = presentGroup(group, entry => this.stateOf(entry));
    const { Expanded, Collapsed } = TreeItemCollapsibleState;
    const item = toTreeItem(node.key, row, this.#model.isOpenAtFirst(node, isLiveRun) ? Expanded : Collapsed);
    item.tooltip = `${row.label}\n${row.description}`;
    return item;
  }

  #runItem(node: RunNode): TreeItem {
    const entry = this.#store.get(node.runFolder);
    if (entry === undefined) return new TreeItem('');
    const row = presentRun(entry, this.stateOf(entry), this.#view.grouping, new Date());
    const item = toTreeItem(node.runFolder, row, TreeItemCollapsibleState.None);
    item.command =
      entry.kind === 'corrupt'
        ? { command: 'randomizedAt.run.showProblem', title: 'Show Problem', arguments: [node] }
        : { command: 'randomizedAt.openDashboard', title: 'Open Dashboard', arguments: [node, 'keepFocus'] };
    return item;
  }
}

function toTreeItem(id: string, row: Row, collapsibleState: TreeItemCollapsibleState): TreeItem {
  const item = new TreeItem(row.label, collapsibleState);
  item.id = id;
  item.description = row.description;
  item.contextValue = row.contextValue;
  item.accessibilityInformation = { label: row.spoken };
  if (row.icon !== undefined) item.iconPath = themeIcon(row.icon);
  return item;
}

export function themeIcon({ id, color }: Icon): ThemeIcon {
  return new ThemeIcon(id, color === undefined ? undefined : new ThemeColor(color));
}
