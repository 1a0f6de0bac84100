import { randomBytes } from 'node:crypto';
import { Uri, type WebviewPanel } from 'vscode';
import type { Call } from '../../contract/dashboard';
import { pageHtml } from './pageHtml';

/** Pages that esbuild puts into dist/webview. */
export type PageName = 'dashboard' | 'compare' | 'landscape' | 'evaluations';

/** Shows a page in a panel. It may read the page's own files and `readable`, nothing else. */
export function showPage(
  panel: WebviewPanel,
  extensionUri: Uri,
  page: PageName,
  readable: readonly Uri[],
): void {
  const pages = Uri.joinPath(extensionUri, 'dist', 'webview');
  panel.webview.options = { enableScripts: true, localResourceRoots: [pages, ...readable] };
  panel.iconPath = Uri.joinPath(extensionUri, 'media', 'icon.svg');
  const address = (file: string) => panel.webview.asWebviewUri(Uri.joinPath(pages, file)).toString();
  panel.webview.html = pageHtml({
    title: panel.title,
    script: address(`${page}.js`),
    stylesheet: address(`${page}.css`),
    source: panel.webview.cspSource,
    nonce: randomBytes(16).toString('base64'),
  });
}

/** Calls a method of the page in a panel; a page that is not there misses it. */
export function callPage<Page>(panel: WebviewPanel, call: Call<Page>): void {
  void panel.webview.postMessage(call);
}
