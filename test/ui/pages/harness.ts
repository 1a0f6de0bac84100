import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { build } from 'esbuild';
import type { Browser, Page } from 'playwright-core';
import { pageHtml } from '../../../extension/host/dashboard/pageHtml';
import { type EditorTheme, type ThemeName, themes } from './themes';

/** Runs that were really trained, for the pages to show. */
export const runsFolder = path.resolve('test/ui/pages/runs');

const nonce = 'test';

export type PageName = 'dashboard' | 'compare' | 'landscape' | 'evaluations';

/** What a page has said to the host, in its order. */
export interface Said {
  readonly method: string;
  readonly argument?: unknown;
}

/**
 * Serves the pages to a plain browser as the editor would to a webview: with the host's HTML and its content security
 * policy, a theme's variables and a stand-in for the editor's API.
 */
export class PageServer {
  readonly #server: Server;
  readonly #files = new Map<string, Uint8Array>();
  #theme: EditorTheme = themes.light;

  private constructor() {
    this.#server = createServer((request, response) => {
      this.#read(new URL(request.url ?? '/', 'http://localhost').pathname).then(
        ([type, content]) => response.writeHead(200, { 'content-type': type }).end(content),
        () => response.writeHead(404).end(),
      );
    });
  }

  static async start(): Promise<PageServer> {
    const server = new PageServer();
    await server.#bundle();
    await new Promise<void>(resolve => server.#server.listen(0, '127.0.0.1', resolve));
    return server;
  }

  get address(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise(resolve => this.#server.close(resolve));
  }

  /** Opens a page that waits to be hydrated. `kept` is what the editor has kept for the panel. */
  async open(
    browser: Browser,
    name: PageName,
    options: { theme?: ThemeName; width?: number; height?: number; scale?: number; kept?: unknown } = {},
  ): Promise<Page> {
    const { theme = 'light', width = 1200, height = 900, scale = 1, kept } = options;
    this.#theme = themes[theme];
    const page = await browser.newPage({ viewport: { width, height }, deviceScaleFactor: scale });
    await page.addInitScript(state => {
      const said: unknown[] = [];
      let current: unknown = state;
      Object.assign(window, {
        said,
        acquireVsCodeApi: () => ({
          postMessage: (message: unknown) => said.push(message),
          getState: () => current,
          setState: (next: unknown) => {
            current = next;
          },
        }),
      });
    }, kept);
    await page.goto(`${this.address}/${name}.html`);
    return page;
  }

  async #bundle(): Promise<void> {
    const { outputFiles } = await build({
      bundle: true,
      platform: 'browser',
      target: 'chrome128',
      format: 'iife',
      entryPoints: {
        dashboard: 'webview/dashboard/main.ts',
        compare: 'webview/compare/main.ts',
        landscape: 'webview/landscape/main.ts',
        evaluations: 'webview/evaluations/main.ts',
      },
      outdir: '/',
      write: false,
      logLevel: 'warning',
    });
    for (const { path: file, contents } of outputFiles) this.#files.set(path.basename(file), contents);
  }

  async #read(address: string): Promise<[type: string, content: string | Uint8Array]> {
    const name = address.slice(1);
    if (name.endsWith('.html')) return ['text/html', this.#document(name.replace('.html', ''))];
    if (name === 'favicon.ico') return ['image/x-icon', ''];
    if (name.endsWith('.png')) return ['image/png', await readFile(path.join(runsFolder, name))];
    const content = this.#files.get(name);
    if (!content) throw new Error(`${name} is not served.`);
    return [name.endsWith('.css') ? 'text/css' : 'text/javascript', content];
  }

  #document(name: string): string {
    const html = pageHtml({
      title: name,
      script: `${this.address}/${name}.js`,
      stylesheet: `${this.address}/${name}.css`,
      source: this.address,
      nonce,
    });
    const variables = Object.entries(this.#theme.variables).map(
      ([key, value]) => `--vscode-${key}: ${value};`,
    );
    return html
      .replace('</head>', `<style nonce="${nonce}">:root { ${variables.join(' ')} }</style></head>`)
      .replace('<body>', `<body class="${this.#theme.bodyClass}">`);
  }
}

/** What the page has said so far. */
export async function saidBy(page: Page): Promise<Said[]> {
  return await page.evaluate(() => (window as unknown as { said: Said[] }).said);
}

/** Calls a method of the page as the host does. Typed arrays arrive as such. */
export async function tell(page: Page, method: string, argument: unknown): Promise<void> {
  await page.evaluate(
    ([name, text]) => {
      const kinds = { Float32Array, Float64Array };
      const value = JSON.parse(text, (_key, item: unknown) => {
        if (item === 'NaN') return Number.NaN;
        const { kind, base64 } = (item ?? {}) as { kind?: keyof typeof kinds; base64?: string };
        if (kind === undefined || base64 === undefined) return item;
        const bytes = Uint8Array.from(atob(base64), character => character.charCodeAt(0));
        return new kinds[kind](bytes.buffer);
      });
      window.postMessage({ method: name, argument: value }, '*');
    },
    [method, encode(argument)] as const,
  );
}

function encode(argument: unknown): string {
  return JSON.stringify(argument, (_key, value: unknown) => {
    if (value instanceof Float32Array || value instanceof Float64Array) {
      const base64 = Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64');
      return { kind: value.constructor.name, base64 };
    }
    return Number.isNaN(value) ? 'NaN' : value;
  });
}
