import path from 'node:path';
import {
  commands,
  type Disposable,
  type ExtensionContext,
  RelativePattern,
  type Uri,
  workspace,
} from 'vscode';
import type { TrainerControl } from '../../contract/control';
import { runFiles, runsFolder } from '../../contract/runFolder';
import type { Event } from '../dispose';
import { type RunActions, registerRunCommands, runActions } from './commands';
import { Launcher, type ResumeOptions } from './launcher';
import { LiveRuns } from './liveRuns';
import { notifyEnd } from './notifyEnd';
import { type FeedListener, openRunFeed } from './runFeed';
import { showInStatusBar } from './statusBar';

export type { ResumeOptions } from './launcher';
export type { FeedListener } from './runFeed';

/** The window's trainers: starting them, the line to each, what they tell. Run folders are absolute paths. */
export interface Runs extends RunActions {
  /** Saves and checks the config and starts a run. @returns its folder; undefined when the person has been told why not */
  start(configFile: Uri): Promise<string | undefined>;
  /** Goes on with a run from its last checkpoint, or with a paused one. */
  resume(runFolder: string, options?: ResumeOptions): Promise<void>;
  /** Tells all events of a run, and those that come, until it is disposed of. */
  openFeed(runFolder: string, listener: FeedListener): Disposable;
  /** The trainer of a live run, while it can be reached. */
  control(runFolder: string): TrainerControl | undefined;
  /** The folder of a run whose trainer came, went, paused, went on, was reached or lost. */
  readonly onDidChangeLive: Event<string>;
  isLive(runFolder: string): boolean;
  isPaused(runFolder: string): boolean;
}

/** Finds the trainers that are at work, with their status bar item, notifications and commands. */
export function registerRuns(context: ExtensionContext): Runs {
  const runs = new LiveRuns();
  const launcher = new Launcher(context.asAbsolutePath('dist/trainer.js'), runs);
  const actions = runActions(runs);
  context.subscriptions.push(
    runs,
    runs.onDidEnd(ended => void notifyEnd(ended)),
    runs.onDidChange(() => setContextKeys(runs)),
    ...showInStatusBar(runs),
    ...registerRunCommands(actions, runs, launcher),
  );
  // An untrusted folder is read, but nothing in it is written to, and no address it names is spoken to.
  if (workspace.isTrusted) context.subscriptions.push(watchWorkspace(runs));
  else {
    context.subscriptions.push(
      workspace.onDidGrantWorkspaceTrust(() => context.subscriptions.push(watchWorkspace(runs))),
    );
  }
  return {
    ...actions,
    start: config => launcher.start(config),
    resume: (runFolder, options) => launcher.resume(runFolder, options),
    openFeed: (runFolder, listener) =>
      openRunFeed(
        runFolder,
        {
          connect: () => runs.connect(runFolder),
          onChange: changed => runs.onDidChange(folder => folder === path.resolve(runFolder) && changed()),
        },
        listener,
      ),
    control: runFolder => runs.get(runFolder)?.control,
    onDidChangeLive: runs.onDidChange,
    isLive: runFolder => runs.get(runFolder) !== undefined,
    isPaused: runFolder => runs.get(runFolder)?.paused ?? false,
  };
}

/** Looks at all runs now, and at each whose record is written. */
function watchWorkspace(runs: LiveRuns): Disposable {
  const look = (record: Uri) => void runs.look(path.dirname(record.fsPath));
  const watchers = new Map<string, Disposable>();
  const follow = () => {
    for (const { uri } of workspace.workspaceFolders ?? []) {
      if (uri.scheme !== 'file' || watchers.has(uri.fsPath)) continue;
      const watcher = workspace.createFileSystemWatcher(
        new RelativePattern(uri, `${runsFolder}/*/${runFiles.record}`),
      );
      watcher.onDidCreate(look);
      watcher.onDidChange(look);
      watcher.onDidDelete(look);
      watchers.set(uri.fsPath, watcher);
      void runs.scan(path.join(uri.fsPath, runsFolder));
    }
  };
  const folders = workspace.onDidChangeWorkspaceFolders(({ removed }) => {
    for (const { uri } of removed) {
      watchers.get(uri.fsPath)?.dispose();
      watchers.delete(uri.fsPath);
    }
    follow();
  });
  follow();
  return {
    dispose() {
      folders.dispose();
      for (const watcher of watchers.values()) watcher.dispose();
    },
  };
}

/** For the `when` clauses of commands. */
function setContextKeys(runs: LiveRuns): void {
  const all = runs.all;
  void commands.executeCommand('setContext', 'randomizedAt.hasLiveRun', all.length > 0);
  void commands.executeCommand(
    'setContext',
    'randomizedAt.hasPausedRun',
    all.some(({ paused }) => paused),
  );
  void commands.executeCommand(
    'setContext',
    'randomizedAt.hasTrainingRun',
    all.some(({ paused }) => !paused),
  );
}
