import { commands, Disposable, type ExtensionContext, Selection, type Uri, window, workspace } from 'vscode';
import { estimate, explain } from './cost/estimate';
import { resolveLeniently } from './fields/resolved';
import { chooseConfig, newConfig } from './files/chooseConfig';
import { activeConfig, isConfig, runsRootOf } from './files/configFiles';
import { newConfigOfRun } from './files/newConfigOfRun';
import { formViewType, registerFormEditor } from './form/formEditor';
import { findingsIn } from './language/diagnostics';
import { registerCodeActions } from './providers/codeActions';
import { compareWithLastRun, registerRunConfigDocuments } from './providers/comparison';
import { registerDiagnostics } from './providers/diagnostics';
import { registerLanguage } from './providers/language';
import { rangeOf } from './providers/ranges';
import { measuredSpeed } from './runs/measuredSpeed';
import type { SpeedOf } from './runs/speedOf';

export interface ConfigDependencies {
  /** Checks a config and trains it. */
  readonly start: (file: Uri) => Promise<void>;
  /** Shows a config against its experiment's last run; by default as a comparison of their texts. */
  readonly compareWithLastRun?: (file: Uri) => Promise<void>;
  /** By default the newest run of the same network in the workspace is measured. */
  readonly speedOf?: SpeedOf;
}

export interface Configs extends Disposable {
  /** Asks for a config to train; see `files/chooseConfig.ts`. */
  chooseConfig(): Promise<Uri | undefined>;
  /** The config of the active editor, as text or as form. */
  activeConfig(): Uri | undefined;
  /** Writes the config of a run as a new config file; see `files/newConfigOfRun.ts`. */
  newConfigOfRun(runFolder: string): Promise<Uri>;
  editAsForm(file: Uri): Promise<void>;
}

/** Editing of `*.rat.json`: diagnostics with quick fixes, completion, hover, hints, actions, and the form. */
export function registerConfig(context: ExtensionContext, dependencies: ConfigDependencies): Configs {
  const speedOf = dependencies.speedOf ?? ((config, file) => measuredSpeed(runsRootOf(file), config));
  const start = async (file: Uri) => {
    await save(file);
    await dependencies.start(file);
  };
  const onConfig = (id: string, action: (file: Uri) => Promise<void>) =>
    commands.registerCommand(id, async (argument?: Uri) => {
      const file = isConfig(argument) ? argument : activeConfig();
      if (file !== undefined) await action(file);
      else await window.showInformationMessage('Open a training config (*.rat.json) first.');
    });
  const parts = Disposable.from(
    registerDiagnostics(),
    registerCodeActions(),
    registerLanguage(speedOf),
    registerFormEditor(context, speedOf, start),
    registerRunConfigDocuments(),
    onConfig('randomizedAt.editAsForm', editAsForm),
    onConfig('randomizedAt.openAsText', async file => {
      await commands.executeCommand('vscode.openWith', file, 'default');
    }),
    onConfig('randomizedAt.estimate', file => showEstimate(file, speedOf)),
    onConfig('randomizedAt.compareWithLastRun', dependencies.compareWithLastRun ?? compareWithLastRun),
    onConfig('randomizedAt.showFirstError', showFirstError),
    commands.registerCommand('randomizedAt.newConfig', newConfig),
  );
  context.subscriptions.push(parts);
  return {
    chooseConfig: () => chooseConfig(context.extensionUri),
    activeConfig,
    newConfigOfRun,
    editAsForm,
    dispose: () => parts.dispose(),
  };
}

async function editAsForm(file: Uri): Promise<void> {
  await commands.executeCommand('vscode.openWith', file, formViewType);
}

async function save(file: Uri): Promise<void> {
  const document = workspace.textDocuments.find(({ uri }) => uri.toString() === file.toString());
  if (document?.isDirty) await document.save();
}

async function showEstimate(file: Uri, speedOf: SpeedOf): Promise<void> {
  const config = resolveLeniently((await workspace.openTextDocument(file)).getText());
  if (config === undefined) {
    await window.showInformationMessage('Mend the errors of this config first: its cost is not known.');
    return;
  }
  const detail = explain(estimate(config, await speedOf(config, file)), config.epochs);
  await window.showInformationMessage(`Estimated cost of ${config.name}`, { modal: true, detail });
}

async function showFirstError(file: Uri): Promise<void> {
  const document = await workspace.openTextDocument(file);
  const error = findingsIn(document.getText(), document.fileName).find(
    ({ problem }) => problem.severity === 'error',
  );
  const editor = await window.showTextDocument(document);
  if (error === undefined) return;
  const range = rangeOf(document, error.offset, error.length);
  editor.selection = new Selection(range.start, range.end);
  editor.revealRange(range);
  await commands.executeCommand('editor.action.showHover');
}
