import { type TextDocument, workspace } from 'vscode';

/** Milliseconds in which a save that is under way ends. */
const patience = 10_000;

/**
 * Saves a document that has changes. While the editor is saving it by itself, it answers a second save with "false" and the
 * document still has its changes: then the first one is waited for.
 * @returns whether the file now has what the document shows
 */
export async function saveConfig(document: TextDocument): Promise<boolean> {
  if (!document.isDirty) return true;
  const underWay = nextSave(document);
  if ((await document.save()) || !document.isDirty) return true;
  await underWay;
  return !document.isDirty || document.save();
}

/** Resolves when the document has been saved, by whomever, or patience is over. */
function nextSave(document: TextDocument): Promise<void> {
  return new Promise(resolve => {
    const end = () => {
      clearTimeout(timer);
      saves.dispose();
      resolve();
    };
    const timer = setTimeout(end, patience);
    const saves = workspace.onDidSaveTextDocument(saved => {
      if (saved.uri.toString() === document.uri.toString()) end();
    });
  });
}
