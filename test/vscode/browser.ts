import { type Browser, chromium } from 'playwright-core';
import { findBrowser } from './browserBinary';
import { Workbench } from './workbench';

export interface Window {
  readonly width: number;
  readonly height: number;
}

/**
 * Starts the browser without a display.
 * @throws Error that names the remedy when this machine has none
 */
export async function launchBrowser(): Promise<Browser> {
  const executablePath = await findBrowser();
  if (!executablePath) throw new Error('No browser: run "npm run install:vscode" first.');
  return chromium.launch({
    executablePath,
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
  });
}

/** Opens VS Code in a new browser session, with a storage of its own, and waits until its extensions have started. */
export async function openWorkbench(
  browser: Browser,
  address: string,
  window: Window = { width: 1400, height: 900 },
): Promise<Workbench> {
  const context = await browser.newContext({ viewport: window, acceptDownloads: true });
  // A test waits as long as it takes; only one that hangs is broken off.
  context.setDefaultTimeout(120_000);
  const page = await context.newPage();
  const workbench = new Workbench(page);
  await workbench.open(address);
  return workbench;
}
