import path from 'node:path';
import { type Disposable, type Uri, type WebviewPanel, window } from 'vscode';
import type { Call } from '../../contract/dashboard';
import type { CheckpointEvaluationsHost, CheckpointEvaluationsPage } from '../../contract/evaluationPage';
import { readCheckpointEvaluationsCall } from '../dashboard/pageMessages';
import { savePicture } from '../dashboard/savePicture';
import { callPage, showPage } from '../dashboard/webviewPage';
import type { Measurements } from '../measurements';
import { EvaluationsFeed } from './evaluationsFeed';
import { isEvaluationsCall } from './pageMessages';

export const evaluationsViewType = 'randomizedAt.evaluations';

export interface EvaluationsPanelEnvironment {
  readonly extensionUri: Uri;
  readonly measurements: Measurements;
  evaluate(): Promise<void>;
}

/** The evaluations of checkpoints outside runs: answers the page and tells it what happens. */
export class EvaluationsPanel {
  readonly #panel: WebviewPanel;
  readonly #holder: string;
  readonly #feed: EvaluationsFeed;
  readonly #listeners: readonly Disposable[];
  #hydrated = false;
  #revealed: string | undefined;

  constructor(panel: WebviewPanel, holder: string, environment: EvaluationsPanelEnvironment) {
    this.#panel = panel;
    this.#holder = holder;
    this.#feed = new EvaluationsFeed({
      holder,
      subject: () => 'a checkpoint',
      measurements: environment.measurements,
      tell: evaluations => {
        if (this.#hydrated) this.#call({ method: 'evaluations', argument: evaluations });
      },
      evaluate: environment.evaluate,
    });
    this.#listeners = [
      panel.webview.onDidReceiveMessage(message => {
        const call = readCheckpointEvaluationsCall(message);
        if (call) void this.#answer(call);
      }),
      panel.onDidChangeViewState(() => {
        if (panel.visible) return;
        this.#hydrated = false;
        this.#feed.silence();
      }),
    ];
    panel.onDidDispose(() => {
      for (const listener of this.#listeners) listener.dispose();
      this.#feed.dispose();
    });
    panel.title = 'Evaluations';
    showPage(panel, environment.extensionUri, 'evaluations', []);
  }

  reveal(): void {
    this.#panel.reveal(undefined, true);
  }

  /** Brings an evaluation into view. */
  revealEvaluation(name: string): void {
    this.#revealed = name;
    if (this.#hydrated) this.#tellRevealed();
  }

  #tellRevealed(): void {
    if (this.#revealed !== undefined) this.#call({ method: 'revealEvaluation', argument: this.#revealed });
    this.#revealed = undefined;
  }

  async #answer(call: Call<CheckpointEvaluationsHost>): Promise<void> {
    try {
      if (isEvaluationsCall(call)) await this.#feed.answer(call);
      else if (call.method === 'saveFile') await savePicture(call.argument, this.#holder);
      else await this.#hydrate();
    } catch (error) {
      await window.showErrorMessage(
        `${path.basename(this.#holder)}: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
  }

  async #hydrate(): Promise<void> {
    const evaluations = await this.#feed.snapshot();
    this.#call({ method: 'hydrate', argument: { holder: this.#holder, evaluations } });
    this.#hydrated = true;
    this.#tellRevealed();
  }

  #call(call: Call<CheckpointEvaluationsPage>): void {
    callPage<CheckpointEvaluationsPage>(this.#panel, call);
  }
}
