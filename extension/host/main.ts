import path from 'node:path';
import { commands, type ExtensionContext, type Uri, window, workspace } from 'vscode';
import { registerCompute } from './compute';
import { registerConfig } from './config';
import { registerConfigurations } from './configurations';
import { registerDashboards } from './dashboard';
import { registerDatasets } from './datasets';
import { registerEvaluations } from './evaluations';
import { registerExperiments } from './experiments';
import { registerLandscapes } from './landscape';
import { type Measurement, registerMeasurements } from './measurements';
import { registerRuns } from './runs';
import { findConfiguredNode } from './runs/configuredNode';

/** Wires the parts; each registers its own commands and views. */
export function activate(context: ExtensionContext): void {
  const runs = registerRuns(context);

  const start = async (config: Uri) => {
    const runFolder = await runs.start(config);
    if (runFolder !== undefined) await dashboards.show(runFolder);
  };
  const trainer = { trainerPath: context.asAbsolutePath('dist/trainer.js'), findNode: findConfiguredNode };
  const configs = registerConfig(context, { start, stepMeasurement: trainer });
  const newConfigOfRun = (runFolder: string) => configs.newConfigOfRun(runFolder);
  const showMeasurement = async ({ file, result }: Measurement) => {
    if (result.kind === 'landscape') await landscapes.show(path.dirname(path.dirname(file)));
    else await evaluations.show(file);
  };
  const measurements = registerMeasurements(context, { isLive: runs.isLive, show: showMeasurement });
  const dashboards = registerDashboards(context, {
    runs,
    measurements,
    editAndRunAgain: async runFolder => configs.editAsForm(await newConfigOfRun(runFolder)),
    evaluate: runFolder => evaluations.evaluateRun(runFolder),
    lossLandscape: runFolder => landscapes.measure([runFolder]),
  });
  const evaluations = registerEvaluations(context, {
    measurements,
    showRun: (runFolder, evaluation) =>
      evaluation === undefined
        ? dashboards.show(runFolder)
        : dashboards.showEvaluation(runFolder, evaluation),
  });
  const landscapes = registerLandscapes(context, { measurements, openDashboard: dashboards.show });

  registerExperiments(context, { runs, compare: folders => dashboards.compare(folders), newConfigOfRun });
  registerConfigurations(context, { start, editAsForm: config => configs.editAsForm(config) });
  registerCompute(context, trainer);

  context.subscriptions.push(
    registerDatasets(trainer),
    commands.registerCommand('randomizedAt.start', async (target?: Uri) => {
      if (!workspace.isTrusted) {
        await window.showWarningMessage(
          'Training starts a process, so it needs your trust in this workspace.',
        );
        return;
      }
      const config = target ?? configs.activeConfig() ?? (await configs.chooseConfig());
      if (config !== undefined) await start(config);
    }),
  );
}
