import path from 'node:path';
import { commands, Disposable, EventEmitter, Uri, window, workspace } from 'vscode';
import { resolveLeniently } from '../fields/resolved';
import { runsRootOf } from '../files/configFiles';
import { lastRunOf } from '../runs/lastRun';
import { readStartedRun } from '../runs/recentRuns';

const scheme = 'randomized-at-run-config';

/** Shows the configs of runs as read-only documents, for comparison. */
export function registerRunConfigDocuments(): Disposable {
  const changed = new EventEmitter<Uri>();
  return Disposable.from(
    changed,
    workspace.registerTextDocumentContentProvider(scheme, {
      onDidChange: changed.event,
      provideTextDocumentContent: async uri => (await readStartedRun(uri.query))?.source ?? '',
    }),
  );
}

/** Opens the comparison of a config with the one that its experiment's last run was started with. */
export async function compareWithLastRun(file: Uri): Promise<void> {
  const text = (await workspace.openTextDocument(file)).getText();
  const name = resolveLeniently(text)?.name;
  const run =
    name === undefined ? undefined : await lastRunOf(runsRootOf(file), name, path.dirname(file.fsPath));
  if (run === undefined) {
    await window.showInformationMessage(
      name === undefined
        ? 'Mend the errors of this config first: its experiment is not known.'
        : `No run called "${name}" was found to compare with.`,
    );
    return;
  }
  const id = path.basename(run.folder);
  const left = Uri.from({ scheme, path: `/${id}.rat.json`, query: run.folder });
  await commands.executeCommand('vscode.diff', left, file, `${id} ↔ ${path.basename(file.fsPath)}`);
}
