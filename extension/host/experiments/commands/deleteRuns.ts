import { Uri, window, workspace } from 'vscode';
import { isProcessAlive } from '../../../contract/processIdentity';
import { displayName, type RunEntry } from '../store/runEntry';
import type { RunStore } from '../store/runStore';
import { deletableFolder } from './deletableFolder';

/** Asks, then moves the runs' folders to the trash. A run that has come to life since is left alone. */
export async function deleteRuns(entries: readonly RunEntry[], store: RunStore): Promise<void> {
  const names = entries.map(displayName);
  const what = names.length === 1 ? `“${names[0]}”` : `${names.length} runs`;
  const detail = `${names.slice(0, 10).join('\n')}${names.length > 10 ? '\n…' : ''}\n\nCheckpoints and metrics go too. You can restore them from the trash.`;
  const move = 'Move to Trash';
  if ((await window.showWarningMessage(`Delete ${what}?`, { modal: true, detail }, move)) !== move) return;

  const problems: string[] = [];
  for (const entry of entries) {
    try {
      await refuseLive(entry, store);
      await discard(await deletableFolder(entry.folder, store.runsFolders), displayName(entry));
    } catch (error) {
      problems.push((error as Error).message);
    }
  }
  await store.update(entries.map(entry => entry.folder));
  if (problems.length > 0) throw new Error(problems.join(' '));
}

/** What the list says may be old: the folder itself is asked. */
async function refuseLive(entry: RunEntry, store: RunStore): Promise<void> {
  await store.update([entry.folder]);
  const now = store.get(entry.folder);
  if (now?.kind === 'run' && now.record.process !== undefined && isProcessAlive(now.record.process)) {
    throw new Error(
      `${displayName(now)} is being trained by process ${now.record.process.pid}. Stop the run, then delete it.`,
    );
  }
}

/** Where there is no trash, as on most remote machines, only a second yes deletes for good. */
async function discard(folder: string, name: string): Promise<void> {
  const uri = Uri.file(folder);
  try {
    await workspace.fs.delete(uri, { recursive: true, useTrash: true });
  } catch (error) {
    const forGood = 'Delete Permanently';
    const answer = await window.showWarningMessage(
      `“${name}” could not be moved to the trash. Delete it for good?`,
      { modal: true, detail: `${folder}\n\n${(error as Error).message}` },
      forGood,
    );
    if (answer === forGood) await workspace.fs.delete(uri, { recursive: true, useTrash: false });
  }
}
