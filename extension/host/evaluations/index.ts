import path from 'node:path';
import {
  commands,
  type ExtensionContext,
  env,
  Uri,
  ViewColumn,
  type WebviewPanel,
  window,
  workspace,
} from 'vscode';
import { checkpointTitle } from '../../contract/evaluationNames';
import { OpenPanels } from '../dashboard/openPanels';
import { pickRun } from '../dashboard/pickRuns';
import { targetFolder } from '../dashboard/targets';
import type { Measurement, Measurements } from '../measurements';
import { mayMeasure } from '../measurements/trust';
import { askCheckpointFile, askEvaluation } from './askEvaluation';
import { type EvaluationChoice, evaluationArguments, evaluationTitle } from './choices';
import { EvaluationsPanel, evaluationsViewType } from './evaluationsPanel';
import { isRun, readRunSubject, runOfCheckpoint } from './subject';

export interface EvaluationDependencies {
  readonly measurements: Measurements;
  /** Shows the dashboard of a run, with one of its evaluations in view. */
  showRun(runFolder: string, evaluation?: string): Promise<void>;
}

export interface Evaluations {
  /** Asks how a run is to be evaluated, and evaluates it. */
  evaluateRun(runFolder: string): Promise<void>;
  /** Shows a stored evaluation: on its run's dashboard, or on the page of other checkpoints. */
  show(file: string): Promise<void>;
}

/** Registers "Evaluate Robustness…": on a run, on a checkpoint file, or by asking for one. */
export function registerEvaluations(
  context: ExtensionContext,
  { measurements, showRun }: EvaluationDependencies,
): Evaluations {
  const panels = new Map<string, EvaluationsPanel>();
  const open = new OpenPanels(context.workspaceState, env.sessionId, 'randomizedAt.openEvaluations');
  const adopt = (panel: WebviewPanel, holder: string) => {
    const { extensionUri } = context;
    const evaluate = () => evaluateFile();
    panels.set(holder, new EvaluationsPanel(panel, holder, { extensionUri, measurements, evaluate }));
    open.add(panel, [holder]);
    panel.onDidDispose(() => panels.delete(holder));
  };
  const showPanel = (holder: string, column = ViewColumn.Beside) => {
    const shown = panels.get(holder);
    if (shown) return shown.reveal();
    const place = { viewColumn: column, preserveFocus: true };
    adopt(window.createWebviewPanel(evaluationsViewType, 'Evaluations', place), holder);
  };
  const show = async (holder: string, name?: string) => {
    if (isRun(holder)) return showRun(holder, name);
    showPanel(holder);
    if (name !== undefined) panels.get(holder)?.revealEvaluation(name);
  };
  const begin = async (choice: EvaluationChoice, holder: string, subject: string) => {
    await show(holder);
    const file = await measurements.start({
      command: 'evaluate',
      args: evaluationArguments(choice),
      holder,
      title: evaluationTitle(choice, subject),
    });
    if (file !== undefined) await show(holder, nameOf(file));
  };
  const evaluateRun = async (runFolder: string, file?: string) => {
    if (!(await mayMeasure())) return;
    const run = await readRunSubject(runFolder);
    if (run.checkpoints.length === 0 && file === undefined) {
      void window.showInformationMessage(
        `${run.name} has no checkpoint yet, so there is nothing to evaluate. Train it further first.`,
      );
      return;
    }
    const choice = await askEvaluation({
      run,
      workspace: workspaceOf(runFolder),
      earlier: await earlierIn(runFolder),
      ...(file === undefined ? {} : { checkpoint: { file } }),
    });
    if (!choice) return;
    const isOther = 'dataset' in choice.checkpoint;
    const holder = isOther ? holderOf(choice.checkpoint.file) : runFolder;
    await begin(choice, holder, isOther ? checkpointTitle(choice.checkpoint) : run.name);
  };
  const evaluateFile = async (given?: string) => {
    const run = given === undefined ? undefined : runOfCheckpoint(given);
    if (run !== undefined) return evaluateRun(run, given);
    if (!(await mayMeasure())) return;
    const checkpoint = await askCheckpointFile(path.dirname(holderOf(given)), given);
    if (!checkpoint) return;
    const holder = holderOf(checkpoint.file);
    const earlier = await earlierIn(holder);
    const choice = await askEvaluation({ checkpoint, workspace: path.dirname(holder), earlier });
    if (choice) await begin(choice, holder, checkpointTitle(checkpoint));
  };
  const earlierIn = async (holder: string) => {
    const watch = measurements.watch(holder);
    try {
      await watch.look();
      return watch.results.flatMap(({ result }: Measurement) =>
        result.kind === 'robustness' ? [result] : [],
      );
    } finally {
      watch.dispose();
    }
  };

  const command = commands.registerCommand('randomizedAt.evaluateRobustness', async (target?: unknown) => {
    try {
      if (target instanceof Uri) return await evaluateFile(target.fsPath);
      const runFolder = targetFolder(target) ?? (await pickRun('Evaluate Robustness'));
      if (runFolder !== undefined) await evaluateRun(runFolder);
    } catch (error) {
      void window.showErrorMessage(
        `Evaluate Robustness: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
  });
  const serializer = window.registerWebviewPanelSerializer(evaluationsViewType, {
    async deserializeWebviewPanel(panel: WebviewPanel, state: unknown) {
      const holder = targetFolder(state);
      if (holder !== undefined && !panels.has(holder)) adopt(panel, holder);
      else panel.dispose();
    },
  });
  context.subscriptions.push(command, serializer);
  void open.takeOrphans().then(orphans => {
    for (const { runFolders, column } of orphans) if (runFolders[0]) showPanel(runFolders[0], column);
  });
  return {
    evaluateRun: runFolder => evaluateRun(runFolder),
    show: file => show(path.dirname(path.dirname(file)), nameOf(file)),
  };
}

/** `.rat` of the workspace folder that a checkpoint lies in, or else of the first one. */
function holderOf(file: string | undefined): string {
  const own = file === undefined ? undefined : workspace.getWorkspaceFolder(Uri.file(file));
  const folder = own ?? workspace.workspaceFolders?.[0];
  return path.join(folder?.uri.fsPath ?? path.dirname(file ?? '.'), '.rat');
}

const nameOf = (file: string): string => path.basename(file, '.json');

/** `<workspace>/.rat/runs/<run>` */
const workspaceOf = (runFolder: string): string => path.resolve(runFolder, '../../..');
