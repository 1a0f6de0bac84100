import { commands, Disposable, type ExtensionContext, type Uri, window } from 'vscode';
import { ConfigFiles } from './configFiles';
import { type ConfigNode, ConfigurationsTree } from './configurationsTree';

export interface ConfigurationsDependencies {
  /** Starts a run of the config. */
  start(config: Uri): Promise<unknown>;
  /** Opens the config in the form. */
  editAsForm(config: Uri): Promise<unknown>;
}

/** Creates the Configurations view and its commands. */
export function registerConfigurations(
  context: ExtensionContext,
  { start, editAsForm }: ConfigurationsDependencies,
): Disposable {
  const files = new ConfigFiles();
  const on = (action: (config: Uri) => Promise<unknown>) => async (node?: ConfigNode) => {
    if (node !== undefined) await action(node.uri);
  };
  const registered = Disposable.from(
    files,
    window.createTreeView('randomizedAt.configurations', { treeDataProvider: new ConfigurationsTree(files) }),
    commands.registerCommand('randomizedAt.configurations.refresh', () => files.refresh()),
    commands.registerCommand('randomizedAt.configurations.start', on(start)),
    commands.registerCommand('randomizedAt.configurations.editAsForm', on(editAsForm)),
  );
  context.subscriptions.push(registered);
  return registered;
}
