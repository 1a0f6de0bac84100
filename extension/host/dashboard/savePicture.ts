import path from 'node:path';
import { Uri, window, workspace } from 'vscode';
import type { SavedFile } from '../../contract/dashboard';

const filters = { png: { 'PNG image': ['png'] }, svg: { 'SVG image': ['svg'] } };

/** Asks where to save a picture a page has made, beginning beside the run, and saves it. */
export async function savePicture(file: SavedFile, folder: string): Promise<void> {
  const target = await window.showSaveDialog({
    defaultUri: Uri.file(path.join(folder, file.name)),
    filters: filters[file.kind],
  });
  if (target) await workspace.fs.writeFile(target, file.content);
}
