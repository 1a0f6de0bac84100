import { type ConfigurationChangeEvent, ConfigurationTarget, type ExtensionContext, workspace } from 'vscode';
import { Emitter } from '../../dispose';
import { isFiltering, noFilter, parseFilter, type RunFilter } from './filter';
import { type Grouping, groupings } from './group';
import { type RunOrder, runOrders } from './sort';

const section = 'randomizedAt.experiments';
const filterKey = 'randomizedAt.experiments.filter';

/** How the experiments are shown: grouping and order are settings, the filter belongs to the workspace. */
export class ViewState {
  readonly #context: ExtensionContext;
  readonly #changed = new Emitter<void>();
  #filter: RunFilter;

  readonly onDidChange = this.#changed.event;

  constructor(context: ExtensionContext) {
    this.#context = context;
    this.#filter = parseFilter(context.workspaceState.get(filterKey));
    context.subscriptions.push(
      workspace.onDidChangeConfiguration((event: ConfigurationChangeEvent) => {
        if (event.affectsConfiguration(section)) this.#changed.fire();
      }),
    );
  }

  get grouping(): Grouping {
    const value = workspace.getConfiguration(section).get<string>('groupBy');
    return groupings.find(grouping => grouping === value) ?? 'name';
  }

  get order(): RunOrder {
    const value = workspace.getConfiguration(section).get<string>('sortBy');
    return runOrders.find(order => order === value) ?? 'newest';
  }

  get filter(): RunFilter {
    return this.#filter;
  }

  setGrouping(grouping: Grouping): Promise<void> {
    return this.#setSetting('groupBy', grouping);
  }

  setOrder(order: RunOrder): Promise<void> {
    return this.#setSetting('sortBy', order);
  }

  /** Takes effect at once; what is stored outlives the window. */
  async setFilter(filter: RunFilter): Promise<void> {
    this.#filter = filter;
    this.#changed.fire();
    await this.#context.workspaceState.update(filterKey, isFiltering(filter) ? filter : undefined);
  }

  async reset(): Promise<void> {
    await this.setFilter(noFilter);
    for (const name of ['groupBy', 'sortBy']) await this.#setSetting(name, undefined);
  }

  /** Written where the setting already stands, so that a workspace's own value does not hide the change. */
  async #setSetting(name: string, value: string | undefined): Promise<void> {
    const settings = workspace.getConfiguration(section);
    const isOfWorkspace = settings.inspect(name)?.workspaceValue !== undefined;
    await settings.update(
      name,
      value,
      isOfWorkspace ? ConfigurationTarget.Workspace : ConfigurationTarget.Global,
    );
  }
}
