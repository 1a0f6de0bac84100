import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { type QuickPickItem, window, workspace } from 'vscode';
import { runsFolder } from '../../contract/runFolder';

interface RunItem extends QuickPickItem {
  readonly runFolder: string;
}

/** Asks for one run of the workspace; undefined when there is none or none was chosen. */
export async function pickRun(title: string): Promise<string | undefined> {
  const items = await runItems();
  if (items.length === 0) return await tellNone();
  return (await window.showQuickPick(items, { title, placeHolder: 'Run, newest first' }))?.runFolder;
}

/** Asks for several runs of the workspace. */
export async function pickRuns(
  title: string,
  placeHolder = 'Two or more runs; the first is the baseline',
): Promise<string[] | undefined> {
  const items = await runItems();
  if (items.length === 0) return await tellNone();
  const chosen = await window.showQuickPick(items, {
    title,
    placeHolder,
    canPickMany: true,
  });
  return chosen?.map(item => item.runFolder);
}

async function runItems(): Promise<RunItem[]> {
  const folders = (workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === 'file');
  const items: RunItem[] = [];
  for (const { uri } of folders) {
    const parent = path.join(uri.fsPath, runsFolder);
    const entries = await readdir(parent, { withFileTypes: true }).catch(() => []);
    for (const entry of entries) {
      if (entry.isDirectory()) items.push({ label: entry.name, runFolder: path.join(parent, entry.name) });
    }
  }
  return items.sort((a, b) => b.label.localeCompare(a.label));
}

async function tellNone(): Promise<undefined> {
  await window.showInformationMessage(
    'This workspace has no runs yet. Start one with "Start Randomized AT".',
  );
}
