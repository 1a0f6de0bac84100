import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, cp, mkdir } from 'node:fs/promises';
import path from 'node:path';
import { runCommand } from './vscode/command';
import { installServer } from './vscode/install';
import { createProfile, installExtension } from './vscode/profile';
import { startServer } from './vscode/server';
import { readRuns } from './vscode/trainers';

const vsix = path.resolve('dist/randomized-at.vsix');
const sample = path.resolve('.build/sample/workspace');
const settings = {
  'workbench.startupEditor': 'welcomePage',
  'workbench.welcomePage.walkthroughs.openOnInstall': true,
};

/**
 * Opens VS Code with the packaged extension on a sample workspace: the desktop one where `code` is on the PATH, else the
 * browser one. Both have a profile of their own, apart from the user's.
 */
export async function main(): Promise<void> {
  await access(vsix).catch(() => {
    throw new Error(`${vsix} is missing: run "npm run package" first.`);
  });
  await mkdir(sample, { recursive: true });
  // What has been edited there stays.
  await cp('examples', sample, { recursive: true, force: false });
  if (await hasDesktopCode()) await openDesktop();
  else await openInBrowser();
}

async function hasDesktopCode(): Promise<boolean> {
  return runCommand('code', ['--version']).then(
    () => true,
    () => false,
  );
}

async function openDesktop(): Promise<void> {
  const profile = await createProfile(path.resolve('.build/sample/desktop'), { settings });
  const folders = ['--user-data-dir', profile.userData, '--extensions-dir', profile.extensions];
  await runCommand('code', [...folders, '--install-extension', vsix, '--force']);
  spawn('code', [...folders, '--new-window', sample], { detached: true, stdio: 'ignore' }).unref();
  console.log(`VS Code opens on ${sample}.`);
}

async function openInBrowser(): Promise<void> {
  await installServer(console.log);
  const profile = await createProfile(path.resolve('.build/sample/browser'), { settings });
  await installExtension(profile, vsix);
  const server = await startServer(sample, profile);
  console.log(`\nVS Code is at\n\n  ${server.address}\n\nPress Ctrl+C here to close it.`);
  await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
  await server.stop();
  const training = (await readRuns(sample)).filter(({ record }) => record.status === 'running');
  for (const { record } of training) {
    console.log(
      `${record.id} goes on training; "kill ${record.process?.pid}" saves a checkpoint and ends it.`,
    );
  }
}
