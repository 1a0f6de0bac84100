import path from 'node:path';
import { Uri, workspace } from 'vscode';
import { duplicateConfig } from './duplicateConfig';

/**
 * Writes the config of a run, with its comments, as a new config file of the workspace.
 * @returns the new file
 * @throws Error naming the run's `config.json` when it cannot be read or lacks the config's text
 */
export async function newConfigOfRun(runFolder: string): Promise<Uri> {
  const folder = workspace.getWorkspaceFolder(Uri.file(runFolder));
  const workspaceFolder = folder?.uri.fsPath ?? path.resolve(runFolder, '../../..');
  return Uri.file(await duplicateConfig(runFolder, workspaceFolder));
}
