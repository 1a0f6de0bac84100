import path from 'node:path';
import { FileSystemError, Uri, window, workspace } from 'vscode';
import { configEnding, numberedName } from './numberedName';

export function isConfig(uri: Uri | undefined): uri is Uri {
  return uri?.path.endsWith(configEnding) ?? false;
}

/** The config of the active editor, as text or as form. */
export function activeConfig(): Uri | undefined {
  const input: unknown = window.tabGroups.activeTabGroup.activeTab?.input;
  const uri = typeof input === 'object' && input !== null && 'uri' in input ? input.uri : undefined;
  const candidates = [window.activeTextEditor?.document.uri, uri instanceof Uri ? uri : undefined];
  return candidates.find(isConfig);
}

/**
 * Writes a config as a new file of `folder`. Nothing is overwritten: a taken name gets a number, and a file with just
 * this text is taken as it is.
 */
export async function writeNewConfig(folder: Uri, name: string, text: string): Promise<Uri> {
  const wanted = Uri.joinPath(folder, name.endsWith(configEnding) ? name : name + configEnding);
  if ((await readText(wanted)) === text) return wanted;
  const free = await numberedName(name, async candidate => {
    const uri = Uri.joinPath(folder, candidate);
    return isOpen(uri) || (await readText(uri)) !== undefined;
  });
  const file = Uri.joinPath(folder, free);
  await workspace.fs.writeFile(file, new TextEncoder().encode(text));
  return file;
}

/** The text of a file; undefined where there is none. */
export async function readText(uri: Uri): Promise<string | undefined> {
  try {
    return new TextDecoder().decode(await workspace.fs.readFile(uri));
  } catch (error) {
    if (error instanceof FileSystemError && error.code === 'FileNotFound') return undefined;
    throw error;
  }
}

/** The workspace folder that new configs go to; says so where no folder is open. */
export async function workspaceFolder(): Promise<Uri | undefined> {
  const folders = workspace.workspaceFolders ?? [];
  if (folders.length > 1) return (await window.showWorkspaceFolderPick())?.uri;
  return folders[0]?.uri;
}

/** The folder on disk whose runs belong to a config. */
export function runsRootOf(uri: Uri): string {
  return workspace.getWorkspaceFolder(uri)?.uri.fsPath ?? path.dirname(uri.fsPath);
}

function isOpen(uri: Uri): boolean {
  return workspace.textDocuments.some(document => document.uri.path === uri.path);
}
