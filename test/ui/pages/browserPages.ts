import assert from 'node:assert/strict';
import type { Browser, Page } from 'playwright-core';
import { launchBrowser } from '../../vscode/browser';
import { type PageName, PageServer } from './harness';

type OpenOptions = Parameters<PageServer['open']>[2];

export interface BrowserPages {
  readonly address: string;
  /** Opens a page; it is closed after the test, which fails when the page has reported an error. */
  open(name: PageName, options?: OpenOptions): Promise<Page>;
}

/** Starts a browser and the pages' server before the first test of a `describe` and stops them after the last. */
export function useBrowserPages(): BrowserPages {
  let server: PageServer | undefined;
  let browser: Browser | undefined;
  let pages: Page[] = [];
  let errors: string[] = [];
  const running = () => {
    if (!server || !browser) throw new Error('The browser is not open yet.');
    return { server, browser };
  };
  before('open the browser', async () => {
    server = await PageServer.start();
    browser = await launchBrowser();
  });
  afterEach('close the pages', async () => {
    const reported = errors;
    await Promise.all(pages.map(page => page.close()));
    pages = [];
    errors = [];
    assert.deepEqual(reported, [], 'the page has reported errors');
  });
  after('close the browser', async () => {
    await browser?.close();
    await server?.stop();
  });
  return {
    get address() {
      return running().server.address;
    },
    async open(name, options) {
      const page = await running().server.open(running().browser, name, options);
      page.on('pageerror', error => errors.push(error.message));
      page.on('console', message => {
        if (message.type() === 'error') errors.push(message.text());
      });
      pages.push(page);
      return page;
    },
  };
}
