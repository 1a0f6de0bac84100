import path from 'node:path';
import {
  commands,
  Disposable,
  type ExtensionContext,
  env,
  ViewColumn,
  type WebviewPanel,
  window,
  workspace,
} from 'vscode';
import { OpenPanels } from '../dashboard/openPanels';
import { pickRuns } from '../dashboard/pickRuns';
import { readRunSetup } from '../dashboard/runSetup';
import { savedFolders, targetFolder, targetFolders } from '../dashboard/targets';
import type { Measurements } from '../measurements';
import { askWish } from './askWish';
import { LandscapePanel, landscapeKey, landscapeViewType } from './landscapePanel';
import { storedLandscapes } from './storedLandscapes';
import { argumentsOf, measuredPace } from './wish';

export interface Landscapes extends Disposable {
  /** Shows the stored landscapes of a run, as they grow, alone or beside others where they are open so. */
  show(runFolder: string): Promise<void>;
  /** Asks what to measure of runs, measures it and shows it. */
  measure(runFolders: readonly string[]): Promise<void>;
}

export interface LandscapeDependencies {
  readonly measurements: Measurements;
  openDashboard(runFolder: string): Promise<void>;
}

/** Panels for loss landscapes, the command that measures them, and the panels' return after a reload of the window. */
export function registerLandscapes(
  context: ExtensionContext,
  { measurements, openDashboard }: LandscapeDependencies,
): Landscapes {
  const panels = new Map<string, LandscapePanel>();
  const open = new OpenPanels(context.workspaceState, env.sessionId, 'randomizedAt.openLandscapes');

  const adopt = (panel: WebviewPanel, runFolders: readonly string[]) => {
    const key = landscapeKey(runFolders);
    const { extensionUri, workspaceState: memory } = context;
    panels.set(
      key,
      new LandscapePanel(panel, runFolders, { extensionUri, memory, measurements, openDashboard, measure }),
    );
    open.add(panel, runFolders);
    panel.onDidDispose(() => panels.delete(key));
  };
  const show = async (runFolders: readonly string[], column = ViewColumn.Active) => {
    const shown = panels.get(landscapeKey(runFolders));
    if (shown) return shown.reveal();
    adopt(window.createWebviewPanel(landscapeViewType, 'Loss Landscape', column), runFolders);
  };
  const showAnywhere = async (runFolder: string) => {
    const shown = [...panels.values()].find(panel => panel.shows(runFolder));
    return shown ? shown.reveal() : show([runFolder]);
  };
  const measure = async (runFolders: readonly string[]) => {
    if (!workspace.isTrusted) return show(runFolders);
    const stored = await landscapesOf(runFolders, measurements);
    const alreadyShown = panels.has(landscapeKey(runFolders));
    const pace = measuredPace(stored.map(({ result }) => result));
    const wish = await askWish(runFolders.length, alreadyShown ? 0 : stored.length, pace);
    if (wish === undefined) return;
    await show(runFolders);
    if (wish === 'stored') return;
    const [first = ''] = runFolders;
    await Promise.all(
      runFolders.map(async runFolder => {
        const { name } = await readRunSetup(runFolder);
        await measurements.start({
          command: 'landscape',
          args: argumentsOf(wish, runFolder, first),
          holder: runFolder,
          title: `the landscape of ${name}`,
        });
      }),
    );
  };
  const reopenOrphans = async () => {
    for (const { runFolders, column } of await open.takeOrphans()) await show(runFolders, column);
  };

  const registrations = Disposable.from(
    commands.registerCommand('randomizedAt.lossLandscape', async (target?: unknown, all?: unknown) => {
      const single = targetFolder(target);
      const runFolders =
        targetFolders(target, all) ??
        (single ? [single] : await pickRuns('Loss Landscape', 'One run or more'));
      if (runFolders && runFolders.length > 0) await measure(runFolders);
    }),
    window.registerWebviewPanelSerializer(landscapeViewType, {
      async deserializeWebviewPanel(panel: WebviewPanel, state: unknown) {
        const runFolders = savedFolders(state);
        if (runFolders && !panels.has(landscapeKey(runFolders))) adopt(panel, runFolders);
        else panel.dispose();
      },
    }),
  );
  context.subscriptions.push(registrations);
  void reopenOrphans();
  return { show: showAnywhere, measure, dispose: () => registrations.dispose() };
}

async function landscapesOf(runFolders: readonly string[], measurements: Measurements) {
  const found = runFolders.map(async runFolder => {
    const watch = measurements.watch(path.resolve(runFolder));
    try {
      await watch.look();
      return storedLandscapes(runFolder, watch.results);
    } finally {
      watch.dispose();
    }
  });
  return (await Promise.all(found)).flat();
}
