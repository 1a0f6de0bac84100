import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { commands, ProgressLocation, type Uri, window, workspace } from 'vscode';
import { formatProblem, parseConfig } from '../../contract/config';
import type { Announcement } from '../../contract/control';
import { findConfiguredNode } from './configuredNode';
import { NodeNotFound } from './findNode';
import { type Launch, launchTrainer } from './launchTrainer';
import type { LiveRuns } from './liveRuns';
import { readRunRecord } from './runRecord';
import { saveConfig } from './saveConfig';
import { showFailure, showNodeNotFound } from './showFailure';
import { LaunchError } from './spawnTrainer';
import { briefly, placeIn } from './startProblem';

export interface ResumeOptions {
  /** Instead of the engine the run was on. */
  readonly engine?: string;
}

/** Starts and resumes runs, and shows why one could not be. A second request for the same one joins the first. */
export class Launcher {
  readonly #trainer: string;
  readonly #runs: LiveRuns;
  readonly #launching = new Map<string, Promise<string | undefined>>();

  /** @param trainer the trainer's bundle */
  constructor(trainer: string, runs: LiveRuns) {
    this.#trainer = trainer;
    this.#runs = runs;
  }

  /** @returns the new run's folder; undefined when there is none, which the person has then been told */
  start(config: Uri): Promise<string | undefined> {
    return this.#once(config.fsPath, () => this.#start(config));
  }

  async resume(runFolder: string, { engine }: ResumeOptions = {}): Promise<void> {
    const live = this.#runs.get(runFolder);
    if (live) return live.paused ? live.control?.resume() : undefined;
    await this.#once(path.resolve(runFolder), async () => {
      if (!(await allowed())) return undefined;
      const record = await readRunRecord(runFolder);
      const name = record?.name ?? path.basename(runFolder);
      if (record?.status === 'finished') {
        void window.showInformationMessage(`${name} has finished: there is nothing to resume.`);
        return undefined;
      }
      const task = { resume: path.resolve(runFolder), ...(engine === undefined ? {} : { engine }) };
      // <workspace>/.rat/runs/<run>
      return this.#launch(`Resuming ${name}`, { task, workspace: path.resolve(runFolder, '../../..') });
    });
  }

  #once(key: string, launch: () => Promise<string | undefined>): Promise<string | undefined> {
    const running = this.#launching.get(key);
    if (running) return running;
    const launched = launch().finally(() => this.#launching.delete(key));
    this.#launching.set(key, launched);
    return launched;
  }

  async #start(config: Uri): Promise<string | undefined> {
    if (!(await allowed())) return undefined;
    if (config.scheme !== 'file') {
      void window.showErrorMessage(
        'A run needs its config on a disk of this machine: save the file to a folder first.',
      );
      return undefined;
    }
    const document = workspace.textDocuments.find(open => open.uri.toString() === config.toString());
    const file = config.fsPath;
    if (document && !(await saveConfig(document))) {
      void window.showErrorMessage(
        `${path.basename(file)} has changes that could not be saved; nothing was started. Save it, then start again.`,
      );
      return undefined;
    }
    const text = await readFile(file, 'utf8').catch((error: Error) => error);
    if (typeof text !== 'string') {
      void window.showErrorMessage(`${file} cannot be read: ${text.message}`);
      return undefined;
    }
    const parsed = parseConfig(text, file);
    if ('problems' in parsed) {
      const { problems } = parsed;
      const count = problems.length === 1 ? 'a problem' : `${problems.length} problems`;
      const details = [
        `${path.basename(file)} has ${count}; nothing was started.`,
        ...problems.map(formatProblem),
      ];
      await showFailure(
        `${details[0]} ${problems[0]?.path}: ${problems[0]?.message}`,
        details.join('\n'),
        problems[0],
      );
      return undefined;
    }
    const folder = workspace.getWorkspaceFolder(config)?.uri.fsPath ?? path.dirname(file);
    return this.#launch(`Starting ${parsed.config.name}`, { task: { config: file }, workspace: folder });
  }

  async #launch(title: string, what: Pick<Launch, 'task' | 'workspace'>): Promise<string | undefined> {
    const canceled = new AbortController();
    try {
      const node = await findConfiguredNode();
      const { runFolder, engine, device } = await window.withProgress<Announcement>(
        { location: ProgressLocation.Notification, title, cancellable: true },
        (progress, token) => {
          token.onCancellationRequested(() => canceled.abort());
          return launchTrainer({ node, trainer: this.#trainer, ...what }, canceled.signal, message =>
            progress.report({ message }),
          );
        },
      );
      await this.#runs.look(runFolder);
      window.setStatusBarMessage(`Training on ${engine} (${device})`, 10_000);
      return runFolder;
    } catch (error) {
      if (canceled.signal.aborted) return undefined;
      if (error instanceof NodeNotFound) await showNodeNotFound(error);
      else if (error instanceof LaunchError) {
        await showFailure(`${title}: ${briefly(error.message)}`, error.message, placeIn(error.message));
      } else throw error;
      return undefined;
    }
  }
}

/** Training runs the workspace's data through native programs: only where the person trusts it. */
async function allowed(): Promise<boolean> {
  if (workspace.isTrusted) return true;
  const trust = 'Manage Workspace Trust';
  const chosen = await window.showErrorMessage('Training needs a trusted workspace.', trust);
  if (chosen === trust) await commands.executeCommand('workbench.trust.manage');
  return false;
}
