import { commands, type Disposable, window } from 'vscode';
import type { ExperimentsDependencies } from '../dependencies';
import type { RunEntry } from '../store/runEntry';
import { chooseRuns, type Selection } from './chooseRuns';
import { anyFolderCommands, corruptFolderCommands, runFolderCommands } from './folderCommands';
import { metaCommands } from './metaCommands';
import type { RunCommand } from './runCommand';

/** Registers `randomizedAt.run.*`: on rows of the tree, on a run folder's path, or from the command palette. */
export function registerRunCommands(
  selection: Selection,
  dependencies: ExperimentsDependencies,
): Disposable[] {
  const { store } = selection;
  const onRuns = [...metaCommands(store), ...runFolderCommands(dependencies)];
  return [
    ...onRuns.map(command => register(command, selection)),
    ...anyFolderCommands(store).map(command => register(command, selection)),
    ...corruptFolderCommands().map(command => register(command, selection)),
  ];
}

/** A failure is told in the window, under the command's title. */
function register<Entry extends RunEntry>(command: RunCommand<Entry>, selection: Selection): Disposable {
  return commands.registerCommand(
    `randomizedAt.run.${command.name}`,
    async (argument: unknown, allSelected: unknown) => {
      try {
        const entries = await chooseRuns(command, selection, argument, allSelected);
        if (entries.length > 0) await command.run(entries);
      } catch (error) {
        void window.showErrorMessage(`${command.title}: ${(error as Error).message}`);
      }
    },
  );
}
