import type { Edit } from 'jsonc-parser';
import { Range, type TextDocument, TextEdit, WorkspaceEdit } from 'vscode';

export function rangeOf(document: TextDocument, offset: number, length: number): Range {
  return new Range(document.positionAt(offset), document.positionAt(offset + length));
}

/** Edits by offset as the editor applies and undoes them; those that change nothing are left out. */
export function workspaceEdit(document: TextDocument, edits: readonly Edit[]): WorkspaceEdit {
  const changes = edits.flatMap(({ offset, length, content }) => {
    const range = rangeOf(document, offset, length);
    return document.getText(range) === content ? [] : [TextEdit.replace(range, content)];
  });
  const edit = new WorkspaceEdit();
  if (changes.length > 0) edit.set(document.uri, changes);
  return edit;
}
