import {
  commands,
  Disposable,
  type ExtensionContext,
  env,
  ViewColumn,
  type WebviewPanel,
  window,
} from 'vscode';
import { ComparePanel, compareKey, compareViewType } from './comparePanel';
import { type DashboardEnvironment, DashboardPanel, dashboardViewType, viewStateKey } from './dashboardPanel';
import { exportCsv } from './exportCsv';
import { OpenPanels } from './openPanels';
import { pickRun, pickRuns } from './pickRuns';
import { keepFocus, savedFolder, savedFolders, targetFolder, targetFolders } from './targets';

export interface Dashboards extends Disposable {
  /** Shows the dashboard of a run beside the editor, which keeps the focus; reveals it where it is open already. */
  show(runFolder: string): Promise<void>;
  /** The same, with one of its evaluations in view: by its file's name without `.json`. */
  showEvaluation(runFolder: string, name: string): Promise<void>;
  /** Shows several runs side by side. The first is the baseline until another is pinned. */
  compare(runFolders: readonly string[]): Promise<void>;
}

interface ShowOptions {
  /** By default where dashboards are open, else beside the active editor. */
  readonly column?: ViewColumn | undefined;
  readonly preserveFocus?: boolean;
}

/** Panels for runs, their commands, and their return after a reload of the window. */
export function registerDashboards(
  context: ExtensionContext,
  dependencies: Omit<DashboardEnvironment, 'extensionUri' | 'memory'>,
): Dashboards {
  const dashboards = new Map<string, DashboardPanel>();
  const comparisons = new Map<string, ComparePanel>();
  const open = new OpenPanels(context.workspaceState, env.sessionId);
  const environment = {
    extensionUri: context.extensionUri,
    memory: context.workspaceState,
    ...dependencies,
  };

  const adopt = (panel: WebviewPanel, runFolder: string) => {
    dashboards.set(runFolder, new DashboardPanel(panel, runFolder, environment));
    open.add(panel, [runFolder]);
    panel.onDidDispose(() => dashboards.delete(runFolder));
  };
  const adoptComparison = (panel: WebviewPanel, runFolders: readonly string[]) => {
    const key = compareKey(runFolders);
    comparisons.set(
      key,
      new ComparePanel(panel, runFolders, { ...environment, openDashboard: runFolder => show(runFolder) }),
    );
    open.add(panel, runFolders);
    panel.onDidDispose(() => comparisons.delete(key));
  };
  const usualColumn = () =>
    [...dashboards.values()].map(({ column }) => column).find(column => column !== undefined);
  const show = async (
    runFolder: string,
    { column = usualColumn() ?? ViewColumn.Beside, preserveFocus = false }: ShowOptions = {},
  ) => {
    const shown = dashboards.get(runFolder);
    if (shown) return shown.reveal(preserveFocus);
    const place = { viewColumn: column, preserveFocus };
    adopt(window.createWebviewPanel(dashboardViewType, 'Dashboard', place), runFolder);
  };
  const showBesideEditor = async (runFolder: string) => {
    const usual = usualColumn();
    const covers = usual === window.tabGroups.activeTabGroup.viewColumn;
    const column = usual === undefined || covers ? ViewColumn.Beside : usual;
    await show(runFolder, { column, preserveFocus: true });
  };
  const compare = async (runFolders: readonly string[], column = ViewColumn.Active) => {
    const shown = comparisons.get(compareKey(runFolders));
    if (shown) return shown.reveal();
    adoptComparison(window.createWebviewPanel(compareViewType, 'Compare', column), runFolders);
  };
  const reopenOrphans = async () => {
    for (const { viewType, runFolders, column } of await open.takeOrphans()) {
      if (viewType === compareViewType) await compare(runFolders, column);
      else if (runFolders[0] !== undefined) await show(runFolders[0], { column, preserveFocus: true });
    }
  };
  const activeRun = () => [...dashboards].find(([, dashboard]) => dashboard.active)?.[0];

  const registrations = Disposable.from(
    commands.registerCommand('randomizedAt.openDashboard', async (target?: unknown, options?: unknown) => {
      const runFolder = targetFolder(target) ?? (await pickRun('Open Dashboard'));
      if (runFolder) await show(runFolder, { preserveFocus: options === keepFocus });
    }),
    commands.registerCommand('randomizedAt.compareRuns', async (target?: unknown, all?: unknown) => {
      const runFolders = targetFolders(target, all) ?? (await pickRuns('Compare Runs'));
      if (!runFolders) return;
      if (runFolders.length > 1) await compare(runFolders);
      else await window.showInformationMessage('Choose two or more runs to compare.');
    }),
    commands.registerCommand('randomizedAt.exportCsv', async (target?: unknown) => {
      const runFolder = targetFolder(target) ?? activeRun() ?? (await pickRun('Export Figures as CSV'));
      if (runFolder) await exportCsv(runFolder);
    }),
    commands.registerCommand('randomizedAt.resetViewState', async () => {
      const keys = context.workspaceState.keys().filter(key => key.startsWith(viewStateKey));
      for (const key of keys) await context.workspaceState.update(key, undefined);
      for (const panel of [...dashboards.values(), ...comparisons.values()]) await panel.hydrate();
    }),
    window.registerWebviewPanelSerializer(dashboardViewType, {
      async deserializeWebviewPanel(panel: WebviewPanel, state: unknown) {
        const runFolder = savedFolder(state);
        if (runFolder && !dashboards.has(runFolder)) adopt(panel, runFolder);
        else panel.dispose();
      },
    }),
    window.registerWebviewPanelSerializer(compareViewType, {
      async deserializeWebviewPanel(panel: WebviewPanel, state: unknown) {
        const runFolders = savedFolders(state);
        if (runFolders && !comparisons.has(compareKey(runFolders))) adoptComparison(panel, runFolders);
        else panel.dispose();
      },
    }),
  );
  context.subscriptions.push(registrations);
  void reopenOrphans();
  return {
    show: showBesideEditor,
    async showEvaluation(runFolder, name) {
      await showBesideEditor(runFolder);
      dashboards.get(runFolder)?.revealEvaluation(name);
    },
    compare: runFolders => compare(runFolders),
    dispose: () => registrations.dispose(),
  };
}
