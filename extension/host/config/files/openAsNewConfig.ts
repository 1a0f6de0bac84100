import path from 'node:path';
import { applyEdits } from 'jsonc-parser';
import { commands, Uri, window, workspace } from 'vscode';
import { setValue } from '../edits';
import { readStartedRun, type StartedRun } from '../runs/recentRuns';
import { writeNewConfig } from './configFiles';

/** Writes the config of a run, with its comments, as a new file and opens it as a form; the new file. */
export async function openAsNewConfig(runFolder: string): Promise<Uri | undefined> {
  const run = await readStartedRun(runFolder);
  if (run === undefined) {
    await window.showErrorMessage(
      `${path.join(runFolder, 'config.json')}: the config of this run cannot be read.`,
    );
    return undefined;
  }
  const folder = folderFor(run);
  const file = await writeNewConfig(Uri.file(folder), run.config.name, textFor(run, folder));
  await commands.executeCommand('randomizedAt.editAsForm', file);
  return file;
}

/** Where the config lay, if that is in the workspace: paths in it are relative to its folder. */
function folderFor({ folder, configFolder }: StartedRun): string {
  if (workspace.getWorkspaceFolder(Uri.file(configFolder)) !== undefined) return configFolder;
  return workspace.getWorkspaceFolder(Uri.file(folder))?.uri.fsPath ?? path.resolve(folder, '../../..');
}

/** In another folder, a relative path of the dataset still means the same images. */
function textFor({ source, config, configFolder }: StartedRun, folder: string): string {
  const written = config.dataset.path;
  if (written === null || path.isAbsolute(written) || folder === configFolder) return source;
  return applyEdits(source, setValue(source, ['dataset', 'path'], path.resolve(configFolder, written)));
}
