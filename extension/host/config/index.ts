import { commands, Disposable, type ExtensionContext, Selection, type Uri, window, workspace } from 'vscode';
import { estimate, explain } from './cost/estimate';
import { resolveLeniently } from './fields/resolved';
import { chooseConfig, newConfig } from './files/chooseConfig';
import { activeConfig, isConfig, runsRootOf } from './files/configFiles';
import { newConfigFromPreset } from './files/newConfigFromPreset';
import { newConfigOfRun } from './files/newConfigOfRun';
import { formViewType, registerFormEditor } from './form/formEditor';
import { findingsIn } from './language/diagnostics';
import { registerCodeActions } from './providers/codeActions';
import { compareWithLastRun, registerRunConfigDocuments } from './providers/comparison';
import { registerDiagnostics } from './providers/diagnostics';
import { registerLanguage } from './providers/language';
import { rangeOf } from './providers/ranges';
import { measuredSpeed } from './runs/measuredSpeed';
import { MeasuredSteps, type StepMeasurementDependencies } from './runs/measureStep';
import type { SpeedOf } from './runs/speedOf';

export interface ConfigDependencies {
  /** Checks a config and trains it. */
  readonly start: (file: Uri) => Promise<void>;
  /** Shows a config against its experiment's last run; by default as a comparison of their texts. */
  readonly compareWithLastRun?: (file: Uri) => Promise<void>;
  /** By default that of the newest run of the same network in the workspace, or of a step measured alone. */
  readonly speedOf?: SpeedOf;
  /** How a step of a network is measured before any run of it. */
  readonly stepMeasurement: Omit<StepMeasurementDependencies, 'memory'>;
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
  const measuredSteps = new MeasuredSteps({ ...dependencies.stepMeasurement, memory: context.globalState });
  const speedOf =
    dependencies.speedOf ??
    (async (config, file) =>
      (await measuredSpeed(runsRootOf(file), config)) ?? measuredSteps.speedOf(config));
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
    registerFormEditor(context, speedOf, dependencies.start),
    registerRunConfigDocuments(),
    onConfig('randomizedAt.editAsForm', editAsForm),
    onConfig('randomizedAt.openAsText', async file => {
      await commands.executeCommand('vscode.openWith', file, 'default');
    }),
    onConfig('randomizedAt.estimate', file => showEstimate(file, speedOf, measuredSteps)),
    onConfig('randomizedAt.compareWithLastRun', dependencies.compareWithLastRun ?? compareWithLastRun),
    onConfig('randomizedAt.showFirstError', showFirstError),
    commands.registerCommand('randomizedAt.newConfig', newConfig),
    commands.registerCommand('randomizedAt.newConfigFromPreset', newConfigFromPreset),
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

async function showEstimate(file: Uri, speedOf: SpeedOf, steps: MeasuredSteps): Promise<void> {
  const config = resolveLeniently((await workspace.openTextDocument(file)).getText());
  if (config === undefined) {
    await window.showInformationMessage('Mend the errors of this config first: its cost is not known.');
    return;
  }
  const speed = await speedOf(config, file);
  const detail = explain(estimate(config, speed), config.epochs);
  const measure = 'Measure a Step Now';
  const offers = speed === undefined && workspace.isTrusted && steps.canMeasure(config) ? [measure] : [];
  const title = `Estimated cost of ${config.name}`;
  if ((await window.showInformationMessage(title, { modal: true, detail }, ...offers)) !== measure) return;
  try {
    if (await steps.measure(config)) await showEstimate(file, speedOf, steps);
  } catch (error) {
    await window.showErrorMessage(error instanceof Error ? error.message : String(error));
  }
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
