import type { RunGroup } from './group';

export type TreeNode = GroupNode | RunNode;

export interface GroupNode {
  readonly kind: 'group';
  readonly key: string;
}

export interface RunNode {
  readonly kind: 'run';
  /** Absolute path; every part's commands look for it under this name. */
  readonly runFolder: string;
}

/** Runs beyond which only the first heading and those with live runs are open at first. */
const openAllUpTo = 50;

/**
 * The rows of the tree, each one the same object for as long as it lives: so the editor can be told to draw one row anew
 * instead of all of them.
 */
export class TreeModel {
  readonly #groupNodes = new Map<string, GroupNode>();
  readonly #runNodes = new Map<string, RunNode>();
  readonly #groupOfRun = new Map<string, string>();
  #groups = new Map<string, RunGroup>();
  #isFlat = false;
  #shape = '';

  /** Headings, or the runs themselves where they are not grouped. */
  get roots(): readonly TreeNode[] {
    return this.#isFlat ? this.#allRuns() : Array.from(this.#groups.keys(), key => this.#groupNode(key));
  }

  get shownRuns(): number {
    return this.#groupOfRun.size;
  }

  group(node: GroupNode): RunGroup | undefined {
    return this.#groups.get(node.key);
  }

  runsOf(node: GroupNode): readonly RunNode[] {
    return this.#groups.get(node.key)?.runs.map(run => this.#runNode(run.folder)) ?? [];
  }

  parentOf(node: TreeNode): GroupNode | undefined {
    if (node.kind === 'group' || this.#isFlat) return undefined;
    const key = this.#groupOfRun.get(node.runFolder);
    return key === undefined ? undefined : this.#groupNode(key);
  }

  /** The row of a run, where it is shown. */
  find(folder: string): RunNode | undefined {
    return this.#groupOfRun.has(folder) ? this.#runNode(folder) : undefined;
  }

  isOpenAtFirst(node: GroupNode, isLive: (folder: string) => boolean): boolean {
    if (this.shownRuns <= openAllUpTo) return true;
    const [first] = this.#groups.keys();
    return node.key === first || (this.group(node)?.runs.some(run => isLive(run.folder)) ?? false);
  }

  /**
   * Takes the new arrangement.
   * @param changed folders whose row looks different
   * @returns the rows to draw anew, or 'all' when rows came, went or moved
   */
  arrange(groups: readonly RunGroup[], isFlat: boolean, changed: ReadonlySet<string>): TreeNode[] | 'all' {
    const shape = JSON.stringify([
      isFlat,
      groups.map(group => [group.key, group.runs.map(run => run.folder)]),
    ]);
    const isSameShape = shape === this.#shape;
    this.#groups = new Map(groups.map(group => [group.key, group]));
    if (isSameShape) return this.#rowsOf(changed);
    this.#shape = shape;
    this.#isFlat = isFlat;
    this.#groupOfRun.clear();
    for (const { key, runs } of groups) for (const run of runs) this.#groupOfRun.set(run.folder, key);
    forgetOthers(this.#runNodes, this.#groupOfRun);
    forgetOthers(this.#groupNodes, this.#groups);
    return 'all';
  }

  /** A heading counts its runs, so it changes with them. */
  #rowsOf(changed: ReadonlySet<string>): TreeNode[] {
    const runs = [...changed].flatMap(folder => this.find(folder) ?? []);
    const parents = new Set(runs.flatMap(run => this.parentOf(run) ?? []));
    return [...parents, ...runs];
  }

  #allRuns(): RunNode[] {
    return Array.from(this.#groupOfRun.keys(), folder => this.#runNode(folder));
  }

  #groupNode(key: string): GroupNode {
    const node = this.#groupNodes.get(key) ?? { kind: 'group', key };
    this.#groupNodes.set(key, node);
    return node;
  }

  #runNode(folder: string): RunNode {
    const node = this.#runNodes.get(folder) ?? { kind: 'run', runFolder: folder };
    this.#runNodes.set(folder, node);
    return node;
  }
}

function forgetOthers(nodes: Map<string, unknown>, kept: ReadonlyMap<string, unknown>): void {
  for (const key of nodes.keys()) if (!kept.has(key)) nodes.delete(key);
}
