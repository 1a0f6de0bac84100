import { workspace } from 'vscode';
import { findNode, type NodeRuntime } from './findNode';

/** The Node that training uses, by the setting, the PATH, or the editor. Throws NodeNotFound. */
export function findConfiguredNode(): Promise<NodeRuntime> {
  return findNode({
    setting: workspace.getConfiguration('randomizedAt').get('nodePath', '').trim(),
    searchPath: process.env['PATH'] ?? '',
    editor: {
      path: process.execPath,
      version: process.versions.node,
      electron: 'electron' in process.versions,
    },
  });
}
