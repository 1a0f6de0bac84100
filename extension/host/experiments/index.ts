import { commands, type Disposable, type ExtensionContext, Uri, window, workspace } from 'vscode';
import { isProcessAlive } from '../../contract/processIdentity';
import { Emitter, type Event } from '../dispose';
import { registerRunCommands } from './commands/registerRunCommands';
import { chooseGrouping, chooseOrder, filterByFacts, filterByText } from './commands/viewCommands';
import type { ExperimentsDependencies } from './dependencies';
import { LiveView } from './liveView';
import { keepLive } from './store/liveRunStore';
import { runDisk } from './store/runDisk';
import type { RunSummary } from './store/runEntry';
import { RunStore } from './store/runStore';
import { ExperimentsTree } from './tree/experimentsTree';
import { noFilter } from './tree/filter';
import type { TreeNode } from './tree/treeModel';
import { ViewState } from './tree/viewState';
import { localFolders, watchRuns } from './watchRuns';

export type { ExperimentsDependencies } from './dependencies';
export type { RunSummary } from './store/runEntry';

/** What the other parts may ask of the sidebar. */
export interface Experiments extends Disposable {
  /** The workspace's runs as they are known now, damaged folders left out. */
  readonly runs: readonly RunSummary[];
  /** Runs were added, removed or changed. */
  readonly onDidChange: Event<void>;
  /** Settled when all run folders have been read for the first time. */
  readonly ready: Promise<void>;
  /** Reads the folders anew whose files have changed. */
  refresh(): Promise<void>;
}

/** Milliseconds between two looks whether the trainers of running runs still live: a killed one changes no file. */
const processCheckInterval = 3000;

/** Creates the Experiments view and the `randomizedAt.run.*` and `randomizedAt.experiments.*` commands. */
export function registerExperiments(
  context: ExtensionContext,
  dependencies: ExperimentsDependencies,
): Experiments {
  const store = new RunStore({ workspaceFolders: localFolders, disk: runDisk, isProcessAlive });
  const view = new ViewState(context);
  const changed = new Emitter<void>();
  const { runs } = dependencies;

  const ready = store.scan();
  const somethingToShow = new Promise<void>(resolve => {
    store.onDidChange(() => resolve());
    ready.finally(resolve);
  });
  const tree = new ExperimentsTree(store, view, folder => runs.isPaused(folder), somethingToShow);
  const treeView = window.createTreeView<TreeNode>('randomizedAt.experiments', {
    treeDataProvider: tree,
    canSelectMany: true,
    showCollapseAll: true,
  });
  const surroundings = new LiveView(treeView, store, tree, view);
  const refreshRows = (folders: ReadonlySet<string>) => {
    tree.refresh(folders);
    surroundings.refresh();
  };
  void ready.then(() => surroundings.complete());
  const processCheck = setInterval(() => store.recheckProcesses(), processCheckInterval);

  const selection = { store, tree, selected: () => treeView.selection };
  const parts: Disposable[] = [
    treeView,
    store.onDidChange(folders => {
      refreshRows(folders);
      changed.fire();
    }),
    view.onDidChange(() => refreshRows(new Set())),
    runs.onDidChangeLive(folder => {
      refreshRows(new Set([folder]));
      void store.update([folder]);
    }),
    keepLive(store, watchRuns),
    workspace.onDidChangeWorkspaceFolders(() => void store.scan()),
    { dispose: () => clearInterval(processCheck) },
    ...registerRunCommands(selection, dependencies),
    ...registerViewCommands(context, store, tree, view),
  ];
  const experiments: Experiments = {
    get runs() {
      return store.entries.filter(entry => entry.kind === 'run');
    },
    onDidChange: changed.event,
    ready,
    refresh: () => store.scan(),
    dispose() {
      for (const part of parts) part.dispose();
    },
  };
  context.subscriptions.push(experiments);
  return experiments;
}

function registerViewCommands(
  context: ExtensionContext,
  store: RunStore,
  tree: ExperimentsTree,
  view: ViewState,
): Disposable[] {
  const table: Readonly<Record<string, () => unknown>> = {
    'randomizedAt.experiments.groupBy': () => chooseGrouping(view),
    'randomizedAt.experiments.sortBy': () => chooseOrder(view),
    'randomizedAt.experiments.filter': () => filterByFacts(view, store, tree),
    'randomizedAt.experiments.filterText': () => filterByText(view),
    'randomizedAt.experiments.clearFilter': () => view.setFilter(noFilter),
    'randomizedAt.experiments.refresh': () => store.scan(),
    'randomizedAt.experiments.reset': () => view.reset(),
    'randomizedAt.openWalkthrough': () => openWalkthrough(context),
    'randomizedAt.openReadme': () =>
      commands.executeCommand('markdown.showPreview', Uri.joinPath(context.extensionUri, 'README.md')),
  };
  return Object.entries(table).map(([name, run]) => commands.registerCommand(name, run));
}

/** The walkthrough's full name is the extension's, which is known only here, and its own. */
async function openWalkthrough({ extension }: ExtensionContext): Promise<void> {
  const id: unknown = extension.packageJSON.contributes?.walkthroughs?.[0]?.id;
  if (typeof id !== 'string') return;
  await commands.executeCommand('workbench.action.openWalkthrough', `${extension.id}#${id}`, false);
}
