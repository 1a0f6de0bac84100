import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { Browser } from 'playwright-core';
import { launchBrowser, openWorkbench, type Window } from './browser';
import { createProfile, installExtension } from './profile';
import { startServer, type VsCodeServer } from './server';
import { stopTrainers } from './trainers';
import type { Workbench } from './workbench';

/** VS Code with the extension, open on a workspace in a browser. */
export interface Session {
  readonly workspace: string;
  readonly server: VsCodeServer;
  readonly browser: Browser;
  readonly workbench: Workbench;
  /** Ends the browser, the server and the workspace's trainers, and removes the profile. The workspace stays. */
  close(): Promise<void>;
}

/**
 * Opens VS Code on a workspace with a new profile in a temporary folder.
 * @param options.vsix extensions to install from their packages
 * @param options.extensions instead of a new folder, one with installed extensions that sessions share
 */
export async function openSession(workspace: string, options: SessionOptions = {}): Promise<Session> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'randomized-at-vscode-'));
  const { settings = {}, extensions = path.join(folder, 'extensions') } = options;
  const profile = await createProfile(folder, { settings, extensions });
  for (const vsix of options.vsix ?? []) await installExtension(profile, vsix);
  const server = await startServer(workspace, profile, options);
  const browser = await launchBrowser();
  const close = async () => {
    await browser.close();
    await server.stop();
    await stopTrainers(workspace);
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const workbench = await openWorkbench(browser, server.address, options.window);
    return { workspace, server, browser, workbench, close };
  } catch (error) {
    await close();
    throw error;
  }
}

interface SessionOptions {
  readonly vsix?: readonly string[];
  readonly extensions?: string;
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly environment?: Readonly<Record<string, string>>;
  readonly trusted?: boolean;
  readonly window?: Window;
}
