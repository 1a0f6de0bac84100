import path from 'node:path';
import {
  type Disposable,
  type Memento,
  Uri,
  type ViewColumn,
  type WebviewPanel,
  window,
  workspace,
} from 'vscode';
import type { Call, DashboardHost, DashboardPage } from '../../contract/dashboard';
import { runFiles } from '../../contract/runFolder';
import { EvaluationsFeed } from '../evaluations/evaluationsFeed';
import { isEvaluationsCall } from '../evaluations/pageMessages';
import type { Measurements } from '../measurements';
import { exportCsv } from './exportCsv';
import { LogTail } from './logTail';
import { readDashboardCall } from './pageMessages';
import { RunPublisher } from './runPublisher';
import { readRunSetup, readRunState } from './runSetup';
import type { DashboardRuns } from './runs';
import { savePicture } from './savePicture';
import { callPage, showPage } from './webviewPage';

export const dashboardViewType = 'randomizedAt.dashboard';

/** Beginning of the keys under which a workspace remembers how runs were looked at. */
export const viewStateKey = 'randomizedAt.view:';

const logMilliseconds = 1000;

export interface DashboardEnvironment {
  readonly extensionUri: Uri;
  /** Where is remembered how a run was looked at. */
  readonly memory: Memento;
  readonly runs: DashboardRuns;
  readonly measurements: Measurements;
  /** Opens the config of a run as a new one. */
  editAndRunAgain(runFolder: string): Promise<void>;
  /** Asks how a run is to be evaluated, and evaluates it. */
  evaluate(runFolder: string): Promise<void>;
  /** Shows a run's loss landscape, or asks what to measure of it. */
  lossLandscape(runFolder: string): Promise<void>;
}

/** The dashboard of one run: answers its page and tells it what happens. */
export class DashboardPanel {
  readonly #panel: WebviewPanel;
  readonly #runFolder: string;
  readonly #runs: DashboardRuns;
  readonly #memory: Memento;
  readonly #editAndRunAgain: (runFolder: string) => Promise<void>;
  readonly #lossLandscape: (runFolder: string) => Promise<void>;
  readonly #evaluations: EvaluationsFeed;
  readonly #log: LogTail;
  readonly #disposables: Disposable[];
  readonly #logTimer: NodeJS.Timeout;
  #publisher: RunPublisher | undefined;
  /** An evaluation to bring into view when the page shows. */
  #revealed: string | undefined;
  /** The page has everything and gets what is new. */
  #hydrated = false;

  constructor(
    panel: WebviewPanel,
    runFolder: string,
    {
      extensionUri,
      memory,
      runs,
      measurements,
      editAndRunAgain,
      evaluate,
      lossLandscape,
    }: DashboardEnvironment,
  ) {
    this.#panel = panel;
    this.#runFolder = runFolder;
    this.#runs = runs;
    this.#memory = memory;
    this.#editAndRunAgain = editAndRunAgain;
    this.#lossLandscape = lossLandscape;
    this.#evaluations = new EvaluationsFeed({
      holder: runFolder,
      subject: () => panel.title,
      measurements,
      tell: evaluations => this.#call({ method: 'evaluations', argument: evaluations }),
      evaluate: () => evaluate(runFolder),
    });
    this.#log = new LogTail(path.join(runFolder, runFiles.log));
    this.#logTimer = setInterval(() => void this.#tellLog(), logMilliseconds);
    this.#disposables = [
      panel.webview.onDidReceiveMessage(message => {
        const call = readDashboardCall(message);
        if (call) void this.#answer(call);
      }),
      panel.onDidChangeViewState(() => {
        if (!panel.visible) this.#silence();
      }),
      runs.onDidChangeLive(changed => {
        if (changed === runFolder) void this.#tellState();
      }),
    ];
    panel.onDidDispose(() => this.#dispose());
    panel.title = nameIn(runFolder);
    showPage(panel, extensionUri, 'dashboard', [Uri.file(path.join(runFolder, runFiles.examples))]);
  }

  get active(): boolean {
    return this.#panel.active;
  }

  get column(): ViewColumn | undefined {
    return this.#panel.viewColumn;
  }

  reveal(preserveFocus: boolean): void {
    this.#panel.reveal(undefined, preserveFocus);
  }

  /** Brings an evaluation into view, by its file's name without `.json`. */
  revealEvaluation(name: string): void {
    this.#revealed = name;
    if (this.#hydrated) this.#tellRevealed();
  }

  #tellRevealed(): void {
    if (this.#revealed !== undefined) this.#call({ method: 'revealEvaluation', argument: this.#revealed });
    this.#revealed = undefined;
  }

  /** Tells the page everything anew. */
  async hydrate(): Promise<void> {
    try {
      const publisher = this.#openPublisher();
      const [setup, state, log, evaluations] = await Promise.all([
        readRunSetup(this.#runFolder),
        this.#readState(),
        this.#log.start(),
        this.#evaluations.snapshot(),
      ]);
      const news = await publisher.snapshot();
      this.#panel.title = setup.name;
      const viewState = this.#memory.get(viewStateKey + this.#runFolder);
      this.#call({
        method: 'hydrate',
        argument: {
          setup,
          state,
          news,
          log,
          evaluations,
          runFolderUri: this.#panel.webview.asWebviewUri(Uri.file(this.#runFolder)).toString(),
          ...(viewState === undefined ? {} : { viewState }),
        },
      });
      this.#hydrated = true;
      this.#tellRevealed();
    } catch (error) {
      await window.showErrorMessage(`${this.#runFolder}: cannot be shown. ${messageOf(error)}`);
    }
  }

  async #answer(call: Call<DashboardHost>): Promise<void> {
    try {
      await this.#do(call);
    } catch (error) {
      await window.showErrorMessage(`${path.basename(this.#runFolder)}: ${messageOf(error)}`);
    }
  }

  async #do(call: Call<DashboardHost>): Promise<void> {
    if (isEvaluationsCall(call)) return this.#evaluations.answer(call);
    const control = this.#runs.control(this.#runFolder);
    switch (call.method) {
      case 'ready':
        return await this.hydrate();
      case 'pause':
        return await control?.pause();
      case 'unpause':
        return await control?.resume();
      case 'stop':
        return await this.#runs.stop(this.#runFolder);
      case 'checkpoint':
        return await control?.checkpoint();
      case 'resume':
        if (workspace.isTrusted) return await this.#runs.resume(this.#runFolder);
        await window.showWarningMessage('Training needs a trusted workspace: it runs programs from it.');
        return;
      case 'editAndRunAgain':
        return await this.#editAndRunAgain(this.#runFolder);
      case 'exportCsv':
        return await exportCsv(this.#runFolder);
      case 'lossLandscape':
        return await this.#lossLandscape(this.#runFolder);
      case 'openLog':
        await window.showTextDocument(Uri.file(path.join(this.#runFolder, runFiles.log)), { preview: true });
        return;
      case 'saveFile':
        return await savePicture(call.argument, this.#runFolder);
      case 'viewState':
        return await this.#memory.update(viewStateKey + this.#runFolder, call.argument);
    }
  }

  #openPublisher(): RunPublisher {
    this.#publisher ??= new RunPublisher(listener => this.#runs.openFeed(this.#runFolder, listener), {
      append: news => {
        this.#call({ method: 'append', argument: news });
        if (news.test || news.messages.length > 0) void this.#tellState();
      },
      reset: () => void this.hydrate(),
    });
    return this.#publisher;
  }

  #readState() {
    const live = this.#runs.isLive(this.#runFolder);
    return readRunState(this.#runFolder, { live, paused: live && this.#runs.isPaused(this.#runFolder) });
  }

  async #tellState(): Promise<void> {
    if (!this.#hydrated) return;
    this.#call({ method: 'state', argument: await this.#readState() });
    await this.#tellLog();
  }

  async #tellLog(): Promise<void> {
    if (!this.#hydrated) return;
    const text = await this.#log.more().catch(() => '');
    if (text !== '') this.#call({ method: 'log', argument: text });
  }

  #silence(): void {
    this.#hydrated = false;
    this.#publisher?.silence();
    this.#evaluations.silence();
  }

  #call(call: Call<DashboardPage>): void {
    callPage<DashboardPage>(this.#panel, call);
  }

  #dispose(): void {
    clearInterval(this.#logTimer);
    this.#hydrated = false;
    for (const disposable of this.#disposables) disposable.dispose();
    this.#publisher?.dispose();
    this.#evaluations.dispose();
  }
}

/** `20230618-143005-mnist-3f9a` -> `mnist`, until the run's config has been read. */
function nameIn(runFolder: string): string {
  return path.basename(runFolder).replace(/^\d{8}-\d{6}-(.*)-[0-9a-f]{4}$/, '$1');
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
