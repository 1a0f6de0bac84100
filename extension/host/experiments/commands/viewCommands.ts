import { type QuickPickItem, QuickPickItemKind, window } from 'vscode';
import type { RunStore } from '../store/runStore';
import type { ExperimentsTree } from '../tree/experimentsTree';
import { noFilter, type RunFilter } from '../tree/filter';
import { type Grouping, groupings } from '../tree/group';
import { type RunState, runStates, stateTitles } from '../tree/runState';
import { type RunOrder, runOrders } from '../tree/sort';
import type { ViewState } from '../tree/viewState';

const groupingTitles: Readonly<Record<Grouping, string>> = {
  name: 'Name of the config',
  status: 'Status',
  date: 'Date',
  none: 'No groups',
};

const orderTitles: Readonly<Record<RunOrder, string>> = {
  newest: 'Newest first',
  'best robust accuracy': 'Best robust accuracy first',
  name: 'Name',
};

export async function chooseGrouping(view: ViewState): Promise<void> {
  const grouping = await chooseOne('Group Runs by', groupings, groupingTitles, view.grouping);
  if (grouping !== undefined) await view.setGrouping(grouping);
}

export async function chooseOrder(view: ViewState): Promise<void> {
  const order = await chooseOne('Sort Runs by', runOrders, orderTitles, view.order);
  if (order !== undefined) await view.setOrder(order);
}

/** The list narrows while one types; Escape brings back what was shown before. */
export function filterByText(view: ViewState): void {
  const before = view.filter;
  const input = window.createInputBox();
  let isAccepted = false;
  input.title = 'Filter Runs by Text';
  input.placeholder = 'Words in the name, tags, note, engine or device';
  input.prompt = 'Enter keeps the filter, Escape leaves it as it was.';
  input.value = before.text;
  input.onDidChangeValue(text => void view.setFilter({ ...view.filter, text }));
  input.onDidAccept(() => {
    isAccepted = true;
    input.hide();
  });
  input.onDidHide(() => {
    if (!isAccepted) void view.setFilter({ ...view.filter, text: before.text });
    input.dispose();
  });
  input.show();
}

interface FilterPick extends QuickPickItem {
  /** Adds what this item lets through. */
  readonly add?: (filter: RunFilter) => RunFilter;
}

/** Star, states and tags as one list to tick, with how many runs each lets through. */
export async function filterByFacts(view: ViewState, store: RunStore, tree: ExperimentsTree): Promise<void> {
  const { filter } = view;
  const picked = await window.showQuickPick<FilterPick>(filterItems(filter, store, tree), {
    title: 'Filter Runs',
    placeHolder: 'Tick what to show; nothing ticked shows all',
    canPickMany: true,
  });
  if (picked === undefined) return;
  const text: RunFilter = { ...noFilter, text: filter.text };
  await view.setFilter(picked.reduce((narrowed, { add }) => add?.(narrowed) ?? narrowed, text));
}

function filterItems(filter: RunFilter, store: RunStore, tree: ExperimentsTree): FilterPick[] {
  const states = new Map<RunState, number>();
  const tags = new Map<string, number>(filter.tags.map(tag => [tag, 0]));
  let stars = 0;
  for (const entry of store.entries) {
    const state = tree.stateOf(entry);
    states.set(state, (states.get(state) ?? 0) + 1);
    if (entry.kind === 'corrupt') continue;
    if (entry.meta.starred) stars += 1;
    for (const tag of entry.meta.tags ?? []) tags.set(tag, (tags.get(tag) ?? 0) + 1);
  }
  const heading = (label: string) => ({ label, kind: QuickPickItemKind.Separator });
  const starred: FilterPick = {
    label: '★ Starred',
    description: String(stars),
    picked: filter.starredOnly,
    add: before => ({ ...before, starredOnly: true }),
  };
  const stateItems = runStates.map(
    (state): FilterPick => ({
      label: stateTitles[state],
      description: String(states.get(state) ?? 0),
      picked: filter.states.includes(state),
      add: before => ({ ...before, states: [...before.states, state] }),
    }),
  );
  const tagItems = [...tags].sort().map(
    ([tag, count]): FilterPick => ({
      label: `#${tag}`,
      description: String(count),
      picked: filter.tags.includes(tag),
      add: before => ({ ...before, tags: [...before.tags, tag] }),
    }),
  );
  return [
    starred,
    heading('Status'),
    ...stateItems,
    ...(tagItems.length > 0 ? [heading('Tags'), ...tagItems] : []),
  ];
}

async function chooseOne<Value extends string>(
  title: string,
  values: readonly Value[],
  titles: Readonly<Record<Value, string>>,
  current: Value,
): Promise<Value | undefined> {
  const items = values.map(value => ({
    value,
    label: titles[value],
    description: value === current ? 'current' : '',
  }));
  return (await window.showQuickPick(items, { title }))?.value;
}
