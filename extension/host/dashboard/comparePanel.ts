import path from 'node:path';
import { type Disposable, type Memento, type Uri, type WebviewPanel, window } from 'vscode';
import type { Call, ComparedRun, CompareHost, ComparePage, CompareSnapshot } from '../../contract/dashboard';
import { readCompareCall } from './pageMessages';
import { RunPublisher } from './runPublisher';
import { readRunSetup, readRunState } from './runSetup';
import type { DashboardRuns } from './runs';
import { savePicture } from './savePicture';
import { callPage, showPage } from './webviewPage';

export const compareViewType = 'randomizedAt.compare';

/** How a comparison was looked at is remembered by its runs, in any order. */
export function compareKey(runFolders: readonly string[]): string {
  return `randomizedAt.view:compare:${[...runFolders].sort().join('|')}`;
}

/** Several runs side by side: answers the compare page and tells it what happens in each run. */
export class ComparePanel {
  readonly #panel: WebviewPanel;
  readonly #runFolders: readonly string[];
  readonly #runs: DashboardRuns;
  readonly #memory: Memento;
  readonly #openDashboard: (runFolder: string) => Promise<void>;
  readonly #publishers = new Map<string, RunPublisher>();
  readonly #disposables: Disposable[];
  #hydrated = false;

  constructor(
    panel: WebviewPanel,
    runFolders: readonly string[],
    environment: {
      extensionUri: Uri;
      memory: Memento;
      runs: DashboardRuns;
      openDashboard: (runFolder: string) => Promise<void>;
    },
  ) {
    this.#panel = panel;
    this.#runFolders = runFolders;
    this.#runs = environment.runs;
    this.#memory = environment.memory;
    this.#openDashboard = environment.openDashboard;
    this.#disposables = [
      panel.webview.onDidReceiveMessage(message => {
        const call = readCompareCall(message);
        if (call) void this.#answer(call);
      }),
      panel.onDidChangeViewState(() => {
        if (!panel.visible) this.#silence();
      }),
      this.#runs.onDidChangeLive(runFolder => {
        if (runFolders.includes(runFolder)) void this.#tellState(runFolder);
      }),
    ];
    panel.onDidDispose(() => this.#dispose());
    panel.title = `Compare ${runFolders.length} runs`;
    showPage(panel, environment.extensionUri, 'compare', []);
  }

  reveal(): void {
    this.#panel.reveal(undefined, false);
  }

  /** Tells the page everything anew. */
  async hydrate(): Promise<void> {
    const readable: { publisher: RunPublisher; run: Omit<ComparedRun, 'news'> }[] = [];
    const unreadable: { runFolder: string; reason: string }[] = [];
    const opened = this.#runFolders.map(async runFolder => {
      const publisher = this.#publisherOf(runFolder);
      const [setup, state] = await Promise.all([
        readRunSetup(runFolder),
        this.#readState(runFolder),
        publisher.ready(),
      ]);
      return { publisher, run: { setup, state } };
    });
    for (const [i, run] of (await Promise.allSettled(opened)).entries()) {
      if (run.status === 'fulfilled') readable.push(run.value);
      else unreadable.push({ runFolder: this.#runFolders[i] ?? '', reason: messageOf(run.reason) });
    }
    // The publishers are ready: nothing comes between these snapshots and the message that holds them.
    const runs = await Promise.all(
      readable.map(async ({ publisher, run }) => ({ ...run, news: await publisher.snapshot() })),
    );
    const viewState = this.#memory.get(compareKey(this.#runFolders));
    const snapshot: CompareSnapshot = {
      runs,
      unreadable,
      ...(viewState === undefined ? {} : { viewState }),
    };
    this.#call({ method: 'hydrate', argument: snapshot });
    this.#hydrated = true;
  }

  async #answer(call: Call<CompareHost>): Promise<void> {
    try {
      await this.#do(call);
    } catch (error) {
      await window.showErrorMessage(messageOf(error));
    }
  }

  async #do(call: Call<CompareHost>): Promise<void> {
    switch (call.method) {
      case 'ready':
        return await this.hydrate();
      case 'openDashboard':
        if (this.#runFolders.includes(call.argument)) await this.#openDashboard(call.argument);
        return;
      case 'saveFile':
        return await savePicture(call.argument, path.dirname(this.#runFolders[0] ?? '.'));
      case 'viewState':
        return await this.#memory.update(compareKey(this.#runFolders), call.argument);
    }
  }

  #publisherOf(runFolder: string): RunPublisher {
    const open = this.#publishers.get(runFolder);
    if (open) return open;
    const publisher = new RunPublisher(listener => this.#runs.openFeed(runFolder, listener), {
      append: news => this.#call({ method: 'append', argument: { runFolder, news } }),
      reset: () => void this.hydrate(),
    });
    this.#publishers.set(runFolder, publisher);
    return publisher;
  }

  #readState(runFolder: string) {
    const live = this.#runs.isLive(runFolder);
    return readRunState(runFolder, { live, paused: live && this.#runs.isPaused(runFolder) });
  }

  async #tellState(runFolder: string): Promise<void> {
    if (!this.#hydrated) return;
    this.#call({ method: 'state', argument: { runFolder, state: await this.#readState(runFolder) } });
  }

  #silence(): void {
    this.#hydrated = false;
    for (const publisher of this.#publishers.values()) publisher.silence();
  }

  #call(call: Call<ComparePage>): void {
    callPage<ComparePage>(this.#panel, call);
  }

  #dispose(): void {
    this.#hydrated = false;
    for (const disposable of this.#disposables) disposable.dispose();
    for (const publisher of this.#publishers.values()) publisher.dispose();
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
