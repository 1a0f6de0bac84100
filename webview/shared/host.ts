import type { Call } from '../../extension/contract/dashboard';

interface VsCodeApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}

declare function acquireVsCodeApi(): VsCodeApi;

/** A page's line to the extension host that shows it. */
export class HostLine<Host, Page extends object> {
  readonly #api = acquireVsCodeApi();

  call(call: Call<Host>): void {
    this.#api.postMessage(call);
  }

  /** Passes the host's calls on to `page`. Only the host's own messages come here: frames inside a webview cannot send. */
  listen(page: Page): void {
    window.addEventListener('message', (event: MessageEvent<unknown>) => {
      const message = event.data as { method?: unknown; argument?: unknown } | null;
      if (typeof message !== 'object' || message === null || typeof message.method !== 'string') return;
      // What the page inherits, such as a constructor, is not for the host to call.
      if (!Object.hasOwn(page, message.method)) return;
      const method = page[message.method as keyof Page];
      if (typeof method === 'function') method.call(page, message.argument);
    });
  }

  /** What the editor keeps for the panel over a reload of the window. */
  keep(state: unknown): void {
    this.#api.setState(state);
  }

  kept(): unknown {
    return this.#api.getState();
  }
}
