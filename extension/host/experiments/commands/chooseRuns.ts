import { type QuickPickItem, window } from 'vscode';
import { displayName, type RunEntry } from '../store/runEntry';
import type { RunStore } from '../store/runStore';
import { type ExperimentsTree, themeIcon } from '../tree/experimentsTree';
import { presentRun } from '../tree/presentRun';
import { stateTitles } from '../tree/runState';
import { sortRuns } from '../tree/sort';
import type { TreeNode } from '../tree/treeModel';
import type { RunCommand } from './runCommand';

export interface Selection {
  readonly store: RunStore;
  readonly tree: ExperimentsTree;
  /** Rows selected in the view. */
  selected(): readonly TreeNode[];
}

/**
 * The runs a command is to work on: those of the rows it was called on, of a folder's path that another part passes, of
 * the selection (key bindings pass 'selection'), or, from the command palette, those a person picks from a list.
 * @returns none when a person has changed their mind, or has been told why not
 */
export async function chooseRuns<Entry extends RunEntry>(
  command: RunCommand<Entry>,
  selection: Selection,
  argument: unknown,
  allSelected: unknown,
): Promise<readonly Entry[]> {
  const folders = foldersIn(argument, allSelected, selection);
  if (folders === undefined) return pick(command, selection);
  const entries = folders.flatMap(folder => selection.store.get(folder) ?? []);
  const fitting = entries.filter((entry): entry is Entry => accepts(command, selection, entry));
  if (fitting.length < (command.fewest ?? 1)) {
    void window.showInformationMessage(`${command.title}: ${whyNot(command, selection, entries)}`);
    return [];
  }
  return command.many ? fitting : fitting.slice(0, 1);
}

function whyNot<Entry extends RunEntry>(
  { fewest }: RunCommand<Entry>,
  { tree }: Selection,
  entries: readonly RunEntry[],
): string {
  if (fewest !== undefined) return `select ${fewest} runs or more, with Ctrl or Shift held down.`;
  const [first] = entries;
  if (first === undefined) return 'select a run first.';
  return `${displayName(first)} is ${stateTitles[tree.stateOf(first)].toLowerCase()}.`;
}

function accepts<Entry extends RunEntry>(
  command: RunCommand<Entry>,
  { tree }: Selection,
  entry: RunEntry,
): entry is Entry {
  return command.accepts(entry, tree.stateOf(entry));
}

/** Undefined when the command was called on nothing. */
function foldersIn(argument: unknown, allSelected: unknown, { selected }: Selection): string[] | undefined {
  if (typeof argument === 'string' && argument !== 'selection') return [argument];
  const nodes = argument === 'selection' ? selected() : Array.isArray(allSelected) ? allSelected : [argument];
  const folders = nodes.flatMap(node => (isRunNode(node) ? [node.runFolder] : []));
  return argument === undefined ? undefined : folders;
}

function isRunNode(value: unknown): value is { readonly runFolder: string } {
  return (
    typeof value === 'object' && value !== null && 'runFolder' in value && typeof value.runFolder === 'string'
  );
}

interface RunPick<Entry> extends QuickPickItem {
  readonly entry: Entry;
}

async function pick<Entry extends RunEntry>(
  command: RunCommand<Entry>,
  selection: Selection,
): Promise<readonly Entry[]> {
  const { store, tree } = selection;
  const entries = sortRuns(store.entries, 'newest').filter((entry): entry is Entry =>
    accepts(command, selection, entry),
  );
  if (entries.length < (command.fewest ?? 1)) {
    const none = command.fewest === undefined ? 'no run' : `fewer than ${command.fewest} runs`;
    void window.showInformationMessage(`${command.title}: there is ${none} to choose from.`);
    return [];
  }
  const items = entries.map((entry): RunPick<Entry> => {
    const { label, description, icon } = presentRun(entry, tree.stateOf(entry), 'none', new Date());
    return { entry, label, description, ...(icon === undefined ? {} : { iconPath: themeIcon(icon) }) };
  });
  const shared = { title: command.title, matchOnDescription: true };
  const fewest = command.fewest ?? 1;
  if (command.many) {
    const picked = await window.showQuickPick(items, {
      ...shared,
      canPickMany: true,
      placeHolder: fewest > 1 ? `Tick ${fewest} runs or more` : 'Tick one run or more',
    });
    return picked === undefined || picked.length < fewest ? [] : picked.map(item => item.entry);
  }
  const picked = await window.showQuickPick(items, { ...shared, placeHolder: 'Choose a run' });
  return picked === undefined ? [] : [picked.entry];
}
