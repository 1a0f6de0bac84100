import { stat } from 'node:fs/promises';
import path from 'node:path';
import { Range, Uri, ViewColumn, WorkspaceEdit, window, workspace } from 'vscode';
import { readConfigSource } from './runSetup';

/** Opens the config a run was started with, with its comments, as a new unsaved `*.rat.json` file. */
export async function editAndRunAgain(runFolder: string): Promise<void> {
  const source = await readConfigSource(runFolder);
  if (!source) {
    await window.showErrorMessage(
      `${path.join(runFolder, 'config.json')}: cannot be read, so the run's config is lost.`,
    );
    return;
  }
  const name = path
    .basename(runFolder)
    .replace(/^\d{8}-\d{6}-/, '')
    .replace(/-[0-9a-f]{4}$/, '');
  const folder = folderOfConfigs(runFolder, source.folder);
  const file = Uri.file(await freeName(folder, name)).with({ scheme: 'untitled' });
  const document = await workspace.openTextDocument(file);
  const edit = new WorkspaceEdit();
  edit.replace(file, new Range(0, 0, document.lineCount, 0), source.text);
  await workspace.applyEdit(edit);
  await window.showTextDocument(document, ViewColumn.One);
}

/** Beside the old config, where its relative paths hold, if that is in the workspace; else in the run's workspace folder. */
function folderOfConfigs(runFolder: string, configFolder: string | undefined): string {
  if (configFolder && workspace.getWorkspaceFolder(Uri.file(configFolder))) return configFolder;
  return workspace.getWorkspaceFolder(Uri.file(runFolder))?.uri.fsPath ?? path.resolve(runFolder, '../../..');
}

async function freeName(folder: string, name: string): Promise<string> {
  for (let number = 2; ; number++) {
    const file = path.join(folder, `${name}-${number}.rat.json`);
    const taken = await stat(file).then(
      () => true,
      () => workspace.textDocuments.some(document => document.uri.fsPath === file),
    );
    if (!taken) return file;
  }
}
