import { stat } from 'node:fs/promises';
import path from 'node:path';
import { commands, type Disposable, ProgressLocation, Uri, window, workspace } from 'vscode';
import { runFiles, runsFolder } from '../../contract/runFolder';
import type { Launcher } from './launcher';
import type { LiveRun, LiveRuns } from './liveRuns';
import { readRunRecord } from './runRecord';
import { patienceFor, stopTrainer } from './stopTrainer';

/** What can be done with a run, by its folder. Asking for what is so already does nothing. */
export interface RunActions {
  stop(runFolder: string): Promise<void>;
  pause(runFolder: string): Promise<void>;
  /** Lets a paused run go on. */
  resumePaused(runFolder: string): Promise<void>;
  checkpointNow(runFolder: string): Promise<void>;
  showLog(runFolder: string): Promise<void>;
}

export function runActions(runs: LiveRuns): RunActions {
  const stopping = new Map<string, Promise<void>>();
  return {
    stop(runFolder) {
      const folder = path.resolve(runFolder);
      const stop = stopping.get(folder) ?? stopRun(runs, folder).finally(() => stopping.delete(folder));
      stopping.set(folder, stop);
      return stop;
    },
    async pause(runFolder) {
      const run = runs.get(runFolder);
      if (!run || run.paused) return;
      const { control } = run;
      await waitFor(`Pausing ${run.record.name} after the current step`, async () =>
        reached(run, control).pause(),
      );
    },
    async resumePaused(runFolder) {
      const run = runs.get(runFolder);
      if (run?.paused) await reached(run, run.control).resume();
    },
    async checkpointNow(runFolder) {
      const run = runs.get(runFolder);
      if (!run) return;
      await waitFor(`Saving a checkpoint of ${run.record.name}`, async () =>
        reached(run, run.control).checkpoint(),
      );
    },
    showLog,
  };
}

/**
 * Registers `randomizedAt.stop`, `pause`, `resumePaused`, `resume`, `checkpointNow` and `showLog`. Each takes a run folder,
 * or an object that has one as `runFolder`; without it the person chooses, where there is a choice.
 */
export function registerRunCommands(actions: RunActions, runs: LiveRuns, launcher: Launcher): Disposable[] {
  const live = (fits: (run: LiveRun) => boolean) => async () =>
    runs.all.filter(fits).map(({ folder, record }) => ({ folder, label: record.name }));
  const table = {
    stop: [actions.stop, live(() => true)],
    pause: [actions.pause, live(({ paused }) => !paused)],
    resumePaused: [actions.resumePaused, live(({ paused }) => paused)],
    resume: [(folder: string) => launcher.resume(folder), () => resumableRuns(runs)],
    checkpointNow: [actions.checkpointNow, live(() => true)],
    showLog: [actions.showLog, allRuns],
  } as const;
  return Object.entries(table).map(([name, [act, choices]]) =>
    commands.registerCommand(`randomizedAt.${name}`, async (target?: unknown) => {
      const folder = targetFolder(target) ?? (await choose(await choices()));
      if (folder === undefined) return;
      await act(folder).catch(
        (error: unknown) =>
          void window.showErrorMessage(error instanceof Error ? error.message : String(error)),
      );
    }),
  );
}

async function stopRun(runs: LiveRuns, folder: string): Promise<void> {
  const run = runs.get(folder);
  const trainer = run?.record.process;
  if (!run || !trainer) return;
  const { step, seconds, name } = run.record;
  await waitFor(`Stopping ${name}: the current step and a checkpoint first`, () =>
    stopTrainer(trainer, run.control, patienceFor(step > 0 ? seconds / step : 0)),
  );
  await runs.look(folder);
}

async function showLog(runFolder: string): Promise<void> {
  const files: string[] = [runFiles.log];
  const record = await readRunRecord(runFolder);
  // What a process says when it crashes never gets into the log.
  if (record?.status === 'interrupted') files.push(runFiles.stderr);
  let shown = 0;
  for (const file of files.map(name => path.join(runFolder, name))) {
    const size = await stat(file).then(
      stats => stats.size,
      () => 0,
    );
    if (size === 0) continue;
    await window.showTextDocument(Uri.file(file), { preview: false });
    shown++;
  }
  if (shown === 0) void window.showInformationMessage(`${path.basename(runFolder)} has no log yet.`);
}

function reached<Control>({ record }: LiveRun, control: Control | undefined): Control {
  if (control) return control;
  throw new Error(`${record.name} is being trained, but its trainer does not answer. Its log may say why.`);
}

function waitFor<Result>(title: string, work: () => Promise<Result>): Thenable<Result> {
  return window.withProgress({ location: ProgressLocation.Window, title }, work);
}

interface Choice {
  readonly folder: string;
  readonly label: string;
}

async function choose(choices: readonly Choice[]): Promise<string | undefined> {
  const [only, another] = choices;
  if (!only) {
    void window.showInformationMessage('There is no run for this command now.');
    return undefined;
  }
  if (!another) return only.folder;
  const items = choices.map(({ folder, label }) => ({ label, description: path.basename(folder), folder }));
  return (await window.showQuickPick(items, { placeHolder: 'Which run?', matchOnDescription: true }))?.folder;
}

async function resumableRuns(runs: LiveRuns): Promise<Choice[]> {
  const choices = await allRuns();
  const records = await Promise.all(choices.map(({ folder }) => readRunRecord(folder)));
  return choices.filter(({ folder }, i) => {
    const status = records[i]?.status;
    return status !== undefined && status !== 'finished' && !runs.get(folder);
  });
}

/** The newest first: a run's folder begins with its time. */
async function allRuns(): Promise<Choice[]> {
  const found = await workspace.findFiles(`${runsFolder}/*/${runFiles.record}`, null);
  return found
    .map(({ fsPath }) => path.dirname(fsPath))
    .map(folder => ({ folder, label: path.basename(folder) }))
    .sort((a, b) => b.label.localeCompare(a.label));
}

function targetFolder(target: unknown): string | undefined {
  if (typeof target === 'string') return target;
  if (typeof target !== 'object' || target === null || !('runFolder' in target)) return undefined;
  return typeof target.runFolder === 'string' ? target.runFolder : undefined;
}
