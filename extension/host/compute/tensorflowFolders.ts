import { type Disposable, type ExtensionContext, workspace } from 'vscode';
import { environment } from '../../contract/environment';

/**
 * Tells every trainer that this host starts, through its environment, where TensorFlow may be: in the extension's storage, and
 * in the folder of the setting `randomizedAt.tensorflowPath`.
 */
export function passTensorflowFolders(context: ExtensionContext, onChange: () => void): Disposable {
  const inherited = process.env[environment.tensorflow];
  const pass = () => {
    const named = workspace.getConfiguration('randomizedAt').get('tensorflowPath', '').trim();
    const folder = named || inherited;
    if (folder) process.env[environment.tensorflow] = folder;
    else delete process.env[environment.tensorflow];
  };
  process.env[environment.storage] = context.globalStorageUri.fsPath;
  pass();
  return workspace.onDidChangeConfiguration(change => {
    if (!change.affectsConfiguration('randomizedAt.tensorflowPath')) return;
    pass();
    onChange();
  });
}
