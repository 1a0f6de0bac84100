import path from 'node:path';
import {
  commands,
  Range,
  ThemeColor,
  ThemeIcon,
  type TreeDataProvider,
  TreeItem,
  TreeItemCollapsibleState,
  type Uri,
  workspace,
} from 'vscode';
import { type ConfigProblem, presentConfig } from './configEntry';
import type { ConfigFile, ConfigFiles } from './configFiles';

export type ConfigNode = FileNode | ProblemNode;

interface FileNode extends ConfigFile {
  readonly kind: 'file';
}

interface ProblemNode {
  readonly kind: 'problem';
  readonly uri: Uri;
  readonly problem: ConfigProblem;
}

/** Config files as rows; below one its problems, each leading to its place. */
export class ConfigurationsTree implements TreeDataProvider<ConfigNode> {
  readonly #files: ConfigFiles;
  readonly onDidChangeTreeData;

  constructor(files: ConfigFiles) {
    this.#files = files;
    this.onDidChangeTreeData = files.onDidChange;
  }

  async getChildren(node?: ConfigNode): Promise<ConfigNode[]> {
    if (node === undefined) {
      const files = await this.#files.all();
      // Only now is it known whether the view's first words are to be shown.
      void commands.executeCommand('setContext', 'randomizedAt.configurations.isEmpty', files.length === 0);
      return files.map(file => ({ kind: 'file', ...file }));
    }
    if (node.kind === 'problem') return [];
    return node.entry.problems.map(problem => ({ kind: 'problem', uri: node.uri, problem }));
  }

  getTreeItem(node: ConfigNode): TreeItem {
    return node.kind === 'file' ? fileItem(node) : problemItem(node);
  }
}

function fileItem({ uri, entry }: FileNode): TreeItem {
  const folder = path.posix.dirname(workspace.asRelativePath(uri));
  const row = presentConfig(entry, path.posix.basename(uri.path), folder === '.' ? '' : folder);
  const item = new TreeItem(
    row.label,
    entry.problems.length > 0 ? TreeItemCollapsibleState.Collapsed : TreeItemCollapsibleState.None,
  );
  item.id = uri.toString();
  item.description = row.description;
  item.contextValue = row.contextValue;
  item.iconPath = new ThemeIcon(row.icon, new ThemeColor(row.color));
  item.tooltip = [workspace.asRelativePath(uri), entry.name && `run name: ${entry.name}`]
    .filter(Boolean)
    .join('\n');
  item.accessibilityInformation = { label: row.spoken };
  item.command = { command: 'vscode.open', title: 'Open Config', arguments: [uri] };
  return item;
}

function problemItem({ uri, problem }: ProblemNode): TreeItem {
  const { severity, message, line, column } = problem;
  const item = new TreeItem(message);
  const color = severity === 'error' ? 'list.errorForeground' : 'list.warningForeground';
  item.description = `line ${line}`;
  item.iconPath = new ThemeIcon(severity, new ThemeColor(color));
  item.tooltip = message;
  item.contextValue = 'problem';
  const selection = new Range(line - 1, column - 1, line - 1, column - 1);
  item.command = { command: 'vscode.open', title: 'Go to Problem', arguments: [uri, { selection }] };
  return item;
}
