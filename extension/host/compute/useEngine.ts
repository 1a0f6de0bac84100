import path from 'node:path';
import { Range, type Uri, WorkspaceEdit, window, workspace } from 'vscode';
import { engineEdits } from './engineEdits';

/** Sets `compute.engine` in the config that is being edited, or else in one a person picks; it can be undone. */
export async function useEngine(engine: string): Promise<void> {
  const config = activeConfig() ?? (await pickConfig(engine));
  if (config === undefined) return;
  const document = await workspace.openTextDocument(config);
  const change = new WorkspaceEdit();
  for (const { offset, length, content } of engineEdits(document.getText(), engine)) {
    const range = new Range(document.positionAt(offset), document.positionAt(offset + length));
    change.replace(config, range, content);
  }
  await workspace.applyEdit(change);
  await window.showTextDocument(document);
}

function activeConfig(): Uri | undefined {
  const input: unknown = window.tabGroups.activeTabGroup.activeTab?.input;
  // A text editor's tab and the config form's both carry the file's address.
  if (typeof input !== 'object' || input === null || !('uri' in input)) return undefined;
  const uri = input.uri as Uri;
  return uri.path.endsWith('.rat.json') ? uri : undefined;
}

async function pickConfig(engine: string): Promise<Uri | undefined> {
  const configs = await workspace.findFiles('**/*.rat.json', '{**/node_modules/**,**/.rat/**}');
  if (configs.length === 0) {
    void window.showInformationMessage('There is no *.rat.json in this workspace yet: start a run first.');
    return undefined;
  }
  const items = configs.map(uri => ({
    uri,
    label: path.basename(uri.path),
    description: workspace.asRelativePath(uri),
  }));
  const title = `Set compute.engine to "${engine}"`;
  return (await window.showQuickPick(items, { title, placeHolder: 'In which config?' }))?.uri;
}
