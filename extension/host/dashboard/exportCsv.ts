import { createWriteStream } from 'node:fs';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ProgressLocation, Uri, window } from 'vscode';
import { runCsv } from './csv';

/** Asks where to, then writes all figures of a run as a CSV file. */
export async function exportCsv(runFolder: string): Promise<void> {
  const target = await window.showSaveDialog({
    defaultUri: Uri.file(path.join(runFolder, `${path.basename(runFolder)}.csv`)),
    filters: { 'Comma-separated values': ['csv'] },
  });
  if (!target) return;
  await window.withProgress(
    { location: ProgressLocation.Notification, title: `Writing ${path.basename(target.fsPath)}` },
    async () => await pipeline(Readable.from(runCsv(runFolder)), createWriteStream(target.fsPath)),
  );
}
