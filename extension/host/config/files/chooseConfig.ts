import { commands, type QuickPickItem, QuickPickItemKind, Uri, window, workspace } from 'vscode';
import { findingsIn, hasErrors } from '../language/diagnostics';
import { templateText } from '../language/templates';
import { readText, workspaceFolder, writeNewConfig } from './configFiles';
import { firstComment } from './firstComment';
import { newConfigFromPreset } from './newConfigFromPreset';
import { configEnding } from './numberedName';

interface ConfigItem extends QuickPickItem {
  /** What choosing it does; the config to start, if any. */
  readonly choose?: () => Promise<Uri | undefined>;
}

/**
 * Asks which config to train: one of the workspace, an example, which is written into the workspace and opened, or a
 * new one, which is opened to be edited first. Undefined where nothing is to be started.
 */
export async function chooseConfig(extensionUri: Uri): Promise<Uri | undefined> {
  const folder = workspace.workspaceFolders?.[0]?.uri;
  if (folder === undefined) {
    await askForFolder();
    return undefined;
  }
  const items = Promise.all([workspaceItems(), exampleItems(extensionUri)]).then(([own, examples]) => [
    ...group('In this workspace', own),
    ...group('Examples, copied into the workspace', examples),
    ...group('New', [presetItem, newItem]),
  ]);
  const chosen = await window.showQuickPick<ConfigItem>(items, {
    title: 'Start Randomized AT',
    placeHolder: 'Choose the config to train',
    matchOnDescription: true,
    matchOnDetail: true,
  });
  return chosen?.choose?.();
}

/** Writes a config from the template and opens it as a form. */
export async function newConfig(): Promise<Uri | undefined> {
  const folder = await workspaceFolder();
  if (folder === undefined) {
    await askForFolder();
    return undefined;
  }
  const name = await window.showInputBox({
    title: 'New training config',
    prompt: 'Name of the experiment; the file gets the same name.',
    value: 'experiment',
    validateInput: value =>
      /^[A-Za-z0-9_-][A-Za-z0-9._-]{0,63}$/.test(value)
        ? undefined
        : 'Use 1 to 64 letters, digits, ".", "_" or "-", not starting with ".".',
  });
  if (name === undefined) return undefined;
  const file = await writeNewConfig(folder, name, templateText(name));
  await commands.executeCommand('randomizedAt.editAsForm', file);
  return file;
}

const presetItem: ConfigItem = {
  label: '$(library) New config from a preset…',
  description: 'the published settings, with their sources',
  choose: async () => {
    await newConfigFromPreset();
    return undefined;
  },
};

const newItem: ConfigItem = {
  label: '$(new-file) New config from a template…',
  description: 'opened as a form, to be edited before it is started',
  choose: async () => {
    await newConfig();
    return undefined;
  },
};

async function workspaceItems(): Promise<ConfigItem[]> {
  const files = await workspace.findFiles(`**/*${configEnding}`, '**/{node_modules,.rat}/**', 500);
  const items = files.map(async (file): Promise<ConfigItem> => {
    const text = (await readText(file)) ?? '';
    const comment = firstComment(text);
    const isWrong = hasErrors(findingsIn(text, file.fsPath));
    return {
      label: `$(file) ${workspace.asRelativePath(file)}`,
      ...(isWrong ? { description: '$(error) has errors, does not start' } : {}),
      ...(comment === undefined ? {} : { detail: comment }),
      choose: async () => file,
    };
  });
  return (await Promise.all(items)).toSorted((a, b) => a.label.localeCompare(b.label));
}

async function exampleItems(extensionUri: Uri): Promise<ConfigItem[]> {
  const folder = Uri.joinPath(extensionUri, 'examples');
  const entries = await workspace.fs.readDirectory(folder);
  const names = entries.map(([name]) => name).filter(name => name.endsWith(configEnding));
  const items = names.map(async (name): Promise<ConfigItem> => {
    const text = (await readText(Uri.joinPath(folder, name))) ?? '';
    const comment = firstComment(text);
    return {
      label: `$(beaker) ${name.slice(0, -configEnding.length)}`,
      ...(comment === undefined ? {} : { detail: comment }),
      choose: () => copyExample(name, text),
    };
  });
  return (await Promise.all(items)).toSorted(quickstartFirst);
}

function quickstartFirst(a: ConfigItem, b: ConfigItem): number {
  const rank = ({ label }: ConfigItem) => Number(!label.includes('quickstart'));
  return rank(a) - rank(b) || a.label.localeCompare(b.label);
}

async function copyExample(name: string, text: string): Promise<Uri | undefined> {
  const folder = await workspaceFolder();
  if (folder === undefined) return undefined;
  const file = await writeNewConfig(folder, name, text);
  await window.showTextDocument(file, { preview: false });
  return file;
}

function group(label: string, items: readonly ConfigItem[]): ConfigItem[] {
  return items.length === 0 ? [] : [{ label, kind: QuickPickItemKind.Separator }, ...items];
}

async function askForFolder(): Promise<void> {
  const open = 'Open Folder…';
  const answer = await window.showInformationMessage(
    'Training configs and runs live in a folder: open one first.',
    open,
  );
  if (answer === open) await commands.executeCommand('workbench.action.files.openFolder');
}
