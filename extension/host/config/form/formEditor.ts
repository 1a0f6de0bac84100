import { randomBytes } from 'node:crypto';
import path from 'node:path';
import type { Edit } from 'jsonc-parser';
import {
  type CustomTextEditorProvider,
  commands,
  Disposable,
  type ExtensionContext,
  type TextDocument,
  Uri,
  type WebviewPanel,
  window,
  workspace,
} from 'vscode';
import type { Config } from '../../../contract/config';
import type { FormPage } from '../../../contract/configForm';
import type { Call } from '../../../contract/dashboard';
import { pageHtml } from '../../dashboard/pageHtml';
import { estimate } from '../cost/estimate';
import { resolveLeniently } from '../fields/resolved';
import { workspaceEdit } from '../providers/ranges';
import type { SpeedOf } from '../runs/speedOf';
import { type FormCall, readFormCall } from './calls';
import { formSections } from './model';
import { editsOfCall, templateEdits } from './requests';
import { formState } from './state';

export const formViewType = 'randomizedAt.configForm';

/** The config as a form. The document is the only truth: the page asks for edits and shows what comes of them. */
export function registerFormEditor(
  { extensionUri }: ExtensionContext,
  speedOf: SpeedOf,
  start: (file: Uri) => Promise<void>,
): Disposable {
  const provider: CustomTextEditorProvider = {
    resolveCustomTextEditor(document, panel) {
      const pages = Uri.joinPath(extensionUri, 'dist', 'webview');
      showFormPage(panel, pages, path.basename(document.fileName));
      const session = new FormSession(document, panel, speedOf, start);
      panel.onDidDispose(() => session.dispose());
    },
  };
  return window.registerCustomEditorProvider(formViewType, provider, {
    supportsMultipleEditorsPerDocument: true,
  });
}

function showFormPage({ webview }: WebviewPanel, pages: Uri, title: string): void {
  webview.options = { enableScripts: true, localResourceRoots: [pages] };
  webview.html = pageHtml({
    title,
    script: webview.asWebviewUri(Uri.joinPath(pages, 'configForm.js')).toString(),
    stylesheet: webview.asWebviewUri(Uri.joinPath(pages, 'configForm.css')).toString(),
    source: webview.cspSource,
    nonce: randomBytes(16).toString('base64'),
  });
}

/** One open form. Requests are answered one after another, each against the text that the last one left. */
class FormSession {
  readonly #document: TextDocument;
  readonly #panel: WebviewPanel;
  readonly #speedOf: SpeedOf;
  readonly #start: (file: Uri) => Promise<void>;
  readonly #sections = formSections();
  readonly #listeners: Disposable;
  #work = Promise.resolve();
  #edit = 0;
  #isReady = false;
  #isDisposed = false;

  constructor(
    document: TextDocument,
    panel: WebviewPanel,
    speedOf: SpeedOf,
    start: (file: Uri) => Promise<void>,
  ) {
    this.#document = document;
    this.#panel = panel;
    this.#speedOf = speedOf;
    this.#start = start;
    this.#listeners = Disposable.from(
      panel.webview.onDidReceiveMessage(message => this.#receive(message)),
      workspace.onDidChangeTextDocument(change => {
        if (change.document === document) void this.#showState();
      }),
    );
  }

  dispose(): void {
    this.#isDisposed = true;
    this.#listeners.dispose();
  }

  #receive(message: unknown): void {
    const call = readFormCall(message);
    if (call === undefined) return;
    this.#work = this.#work
      .then(() => this.#answer(call))
      .catch((error: unknown) => {
        void window.showErrorMessage(`${path.basename(this.#document.fileName)}: ${String(error)}`);
      });
  }

  async #answer(call: FormCall): Promise<void> {
    const { uri, fileName } = this.#document;
    const text = this.#document.getText();
    switch (call.method) {
      case 'ready':
        this.#isReady = true;
        this.#edit = 0;
        await this.#call({
          method: 'form',
          argument: { title: path.basename(fileName), sections: this.#sections },
        });
        return this.#showState();
      case 'useTemplate':
        return this.#apply(templateEdits(text));
      case 'openAsText':
        await commands.executeCommand('vscode.openWith', uri, 'default', this.#panel.viewColumn);
        return;
      case 'start':
        return this.#start(uri);
      default:
        return this.#apply(editsOfCall(text, fileName, this.#sections, call), call.argument.edit);
    }
  }

  /** States that are shown before the edit is in the text do not count as its answer. */
  async #apply(edits: readonly Edit[], number = this.#edit): Promise<void> {
    const edit = workspaceEdit(this.#document, edits);
    if (edit.size > 0) await workspace.applyEdit(edit);
    this.#edit = number;
    await this.#showState();
  }

  async #showState(): Promise<void> {
    if (!this.#isReady) return;
    const config = resolveLeniently(this.#document.getText());
    const speed = config && (await this.#speedOf(config, this.#document.uri));
    // The text is read after waiting: states reach the page in the order of the text's versions.
    const estimateOf = (current: Config) => estimate(current, speed);
    const { fileName } = this.#document;
    const state = formState(this.#document.getText(), fileName, this.#sections, this.#edit, estimateOf);
    await this.#call({ method: 'state', argument: state });
  }

  async #call(call: Call<FormPage>): Promise<void> {
    if (!this.#isDisposed) await this.#panel.webview.postMessage(call);
  }
}
