import path from 'node:path';
import { type ExtensionContext, ProgressLocation, window } from 'vscode';
import { runFiles } from '../../contract/runFolder';
import type { Disposable, Event } from '../dispose';
import { findConfiguredNode } from '../runs/configuredNode';
import { NodeNotFound } from '../runs/findNode';
import { showFailure, showNodeNotFound } from '../runs/showFailure';
import { LaunchError } from '../runs/spawnTrainer';
import { briefly, placeIn } from '../runs/startProblem';
import { stopTrainer } from '../runs/stopTrainer';
import { type EndAction, endNotice } from './endNotice';
import { type EndedMeasurement, FollowedMeasurements, readMeasurement } from './followed';
import { launchMeasurement } from './launchMeasurement';
import type { Measurement } from './measurement';
import { MeasurementFolder } from './measurementFolder';
import { mayMeasure } from './trust';

export type { MeasurementState } from '../../contract/measurement';
export type { Measurement } from './measurement';

export interface MeasurementRequest {
  readonly command: 'evaluate' | 'landscape';
  /** What follows the command; with absolute paths. */
  readonly args: readonly string[];
  /** Folder whose `evaluations` gets the result: a run's, or the workspace's `.rat` for other checkpoints. */
  readonly holder: string;
  /** What a person calls it: "AutoAttack on mnist-trades". */
  readonly title: string;
}

/** The results of a run, as they come and grow. */
export interface MeasurementWatch extends Disposable {
  /** The newest first; complete once `look` has returned. */
  readonly results: readonly Measurement[];
  readonly onDidChange: Event<void>;
  look(): Promise<void>;
}

/** Evaluations and landscapes: starting, following, stopping and continuing them. */
export interface Measurements {
  /** @returns the result's file; undefined when there is none, which the person has then been told */
  start(request: MeasurementRequest): Promise<string | undefined>;
  /** @param holder see `MeasurementRequest` */
  watch(holder: string): MeasurementWatch;
  /** Ends the process at work; what it has finished stays. Asking for what is so already does nothing. */
  stop(file: string): Promise<void>;
  /** Goes on with one that was stopped, failed or died. */
  continue(file: string, title: string): Promise<string | undefined>;
}

export interface MeasurementDependencies {
  isLive(runFolder: string): boolean;
  /** Shows a result to the person. */
  show(measurement: Measurement): Promise<void>;
}

/** How long what is at work may take to end, in milliseconds: its file is whole after every batch. */
const patience = { orderly: 20_000, afterSignal: 5000 };

export function registerMeasurements(
  context: ExtensionContext,
  { isLive, show }: MeasurementDependencies,
): Measurements {
  const trainer = context.asAbsolutePath('dist/trainer.js');
  const followed = new FollowedMeasurements(context.workspaceState);
  const stopping = new Map<string, Promise<void>>();

  const launch = async (words: readonly string[], directory: string, holder: string, title: string) => {
    if (!(await mayMeasure())) return undefined;
    const canceled = new AbortController();
    try {
      const node = await findConfiguredNode();
      const { resultFile: file } = await window.withProgress(
        { location: ProgressLocation.Notification, title: `Starting ${title}`, cancellable: true },
        (progress, token) => {
          if (isLive(holder)) progress.report({ message: 'the run is being trained, so both take longer' });
          token.onCancellationRequested(() => canceled.abort());
          return launchMeasurement(
            { node, trainer, arguments: words, directory, holder },
            canceled.signal,
            message => progress.report({ message }),
          );
        },
      );
      const { process } = (await readMeasurement(file))?.result ?? {};
      followed.add({ file, title, ...(process ? { process } : {}) });
      return file;
    } catch (error) {
      if (canceled.signal.aborted) return undefined;
      if (error instanceof NodeNotFound) await showNodeNotFound(error);
      else if (error instanceof LaunchError) {
        const { message } = error;
        await showFailure(`${title}: ${briefly(message)}`, message, placeIn(message));
      } else throw error;
      return undefined;
    }
  };

  const measurements: Measurements = {
    start: ({ command, args, holder, title }) => launch([command, ...args], holder, holder, title),
    watch: holder => new MeasurementFolder(path.join(holder, runFiles.evaluations)),
    stop(file) {
      followed.forget(file);
      const stop = stopping.get(file) ?? stopMeasurement(file).finally(() => stopping.delete(file));
      stopping.set(file, stop);
      return stop;
    },
    async continue(file, title) {
      const measurement = await readMeasurement(file);
      const { command, kind } = measurement?.result ?? {};
      const [name] = command?.arguments ?? [];
      if (!command || name !== (kind === 'robustness' ? 'evaluate' : 'landscape')) {
        void window.showErrorMessage(
          `${path.basename(file)} does not say which command made it. Start it anew: it goes on where it was.`,
        );
        return undefined;
      }
      return launch(command.arguments, command.directory, path.dirname(path.dirname(file)), title);
    },
  };

  context.subscriptions.push(
    followed,
    followed.onDidEnd(ended => void notifyEnd(ended, measurements, show)),
  );
  return measurements;
}

async function notifyEnd(
  ended: EndedMeasurement,
  measurements: Measurements,
  show: MeasurementDependencies['show'],
) {
  const notice = endNotice(ended);
  if (!notice) return;
  const { severity, text, actions, measurement } = notice;
  const tell = {
    information: window.showInformationMessage,
    warning: window.showWarningMessage,
    error: window.showErrorMessage,
  }[severity];
  const chosen = await tell<EndAction>(text, ...actions);
  if (chosen === 'Show') await show(measurement);
  if (chosen === 'Continue') await measurements.continue(measurement.file, ended.title);
}

async function stopMeasurement(file: string): Promise<void> {
  const measurement = await readMeasurement(file);
  const { process } = measurement?.result ?? {};
  if (measurement?.state !== 'running' || !process || !(await mayMeasure())) return;
  await window.withProgress(
    { location: ProgressLocation.Window, title: 'Stopping; what is finished stays' },
    () => stopTrainer(process, undefined, patience),
  );
}
