import { commands, env, UIKind, Uri, window } from 'vscode';
import type { ExperimentsDependencies } from '../dependencies';
import type { CorruptRun, RunEntry } from '../store/runEntry';
import type { RunStore } from '../store/runStore';
import { isLive } from '../tree/runState';
import { deleteRuns } from './deleteRuns';
import { isRun, type RunCommand } from './runCommand';

/** What works on runs and their files. */
export function runFolderCommands(dependencies: ExperimentsDependencies): RunCommand[] {
  return [
    {
      name: 'compare',
      title: 'Compare Selected Runs',
      many: true,
      fewest: 2,
      accepts: isRun,
      run: entries => dependencies.compare(entries.map(entry => entry.folder)),
    },
    {
      name: 'duplicateConfig',
      title: 'Duplicate as New Config',
      accepts: isRun,
      run: async ([entry]) => {
        if (entry !== undefined)
          await window.showTextDocument(await dependencies.newConfigOfRun(entry.folder));
      },
    },
  ];
}

const anyEntry = (_entry: RunEntry): _entry is RunEntry => true;

/** What works on damaged folders too. */
export function anyFolderCommands(store: RunStore): RunCommand<RunEntry>[] {
  return [
    {
      name: 'delete',
      title: 'Delete Run',
      many: true,
      accepts: (_entry, state): _entry is RunEntry => !isLive(state),
      run: entries => deleteRuns(entries, store),
    },
    {
      name: 'reveal',
      title: 'Reveal Run Folder',
      accepts: anyEntry,
      run: async ([entry]) => {
        if (entry !== undefined) await reveal(entry.folder);
      },
    },
    {
      name: 'copyPath',
      title: 'Copy Path of Run Folder',
      many: true,
      accepts: anyEntry,
      run: async entries => env.clipboard.writeText(entries.map(entry => entry.folder).join('\n')),
    },
  ];
}

export function corruptFolderCommands(): RunCommand<CorruptRun>[] {
  return [
    {
      name: 'showProblem',
      title: 'Show Problem of Run Folder',
      accepts: (entry): entry is CorruptRun => entry.kind === 'corrupt',
      run: async ([entry]) => {
        if (entry === undefined) return;
        const show = 'Reveal Folder';
        const remove = 'Delete…';
        const answer = await window.showWarningMessage(entry.reason, show, remove);
        if (answer === show) await reveal(entry.folder);
        if (answer === remove) await commands.executeCommand('randomizedAt.run.delete', entry.folder);
      },
    },
  ];
}

/** A browser or a remote window has no file manager on the run's machine: there the Explorer view shows the folder. */
async function reveal(folder: string): Promise<void> {
  const isLocal = env.uiKind === UIKind.Desktop && env.remoteName === undefined;
  await commands.executeCommand(isLocal ? 'revealFileInOS' : 'revealInExplorer', Uri.file(folder));
}
