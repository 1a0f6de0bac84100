import assert from 'node:assert/strict';
import { on } from 'node:events';
import { watch } from 'node:fs';
import { readdir } from 'node:fs/promises';
import type { Locator } from 'playwright-core';
import { allEnded, type ProcessInfo, processTree } from '../vscode/processTree';
import type { VsCodeServer } from '../vscode/server';
import type { Workbench } from '../vscode/workbench';
import { copyExtension, type ExtensionCopy } from './support/extensionCopy';
import { type Download, openRegistry, type Registry } from './support/registry';
import { useVsCode } from './support/suite';

const command = 'Install the CUDA Engine…';

/**
 * With the real npm, and a registry of the test's own, so that failures are the same on every machine. Every test goes on where
 * the last one ended.
 */
describe('Installing the CUDA engine', () => {
  let registry: Registry;
  let extension: ExtensionCopy;
  before('open a registry', async () => {
    registry = await openRegistry();
    extension = await copyExtension();
  });
  const session = useVsCode({}, async () => ({
    extensions: extension.folder,
    environment: { ...registry.environment, RANDOMIZED_AT_TENSORFLOW: '' },
  }));
  after('close the registry', async () => {
    await registry.close();
    await extension.remove();
  });

  it('is offered in the Compute view; where npm has no way to its registry, it says so and what to look at', async () => {
    const { workbench } = session();
    registry.reachable = false;
    const tensorflow = await tensorflowRow(workbench);
    await tensorflow.hover();
    await tensorflow.getByRole('button', { name: command }).click();
    await workbench.pick('tfjs-node-gpu');
    const failure = workbench.notification(
      `npm's registry ${registry.address} cannot be reached (ECONNRESET)`,
    );
    await failure.getByText('Check the connection, and npm\'s settings "registry" and "proxy".').waitFor();
    await failure.locator('.codicon-error').waitFor();
  });

  it('tries again, downloads, and says which host was no help; the log has what npm printed', async () => {
    const { workbench } = session();
    registry.reachable = true;
    const starts = registry.nextDownload();
    await workbench
      .notification(/cannot be reached/)
      .getByRole('button', { name: 'Try Again' })
      .click();
    const download = await starts;
    await progress(workbench).getByText(`Downloading from ${registry.host}`).waitFor();
    download.breakOff();

    const failure = workbench.notification(`its download host ${registry.host} cannot be reached`);
    await failure.getByText('Build the addon for a TensorFlow of Python instead').waitFor();
    await failure.getByRole('button', { name: 'Show Log' }).click();
    await workbench.tab('tensorflow.log').waitFor();
    await workbench.editor.getByText('socket hang up').first().waitFor();
    await workbench.editor.getByText('npm error command failed').waitFor();
  });

  it('starts from the palette and is canceled half way: no process is left, and nothing half installed', async () => {
    const { workbench, server } = session();
    const storage = await storageFolder(workbench);
    const download = await startFromPalette(workbench);
    assert.notDeepEqual(await readdir(storage), []);
    const installing = await installation(server);
    assert.ok(installing.some(({ command: line }) => line.includes('npm')));
    await progress(workbench).getByRole('button', { name: 'Cancel' }).click();
    await progress(workbench).waitFor({ state: 'detached' });
    await download.ended;
    await allEnded(installing);
    await emptied(storage);
  });

  it('starts again after that; the other way names the Python that it cannot start', async () => {
    const { workbench } = session();
    const download = await startFromPalette(workbench);
    download.breakOff();
    const failure = workbench.notification('its download host');
    await failure.getByRole('button', { name: 'Build Instead…' }).click();
    await workbench.answer('/nowhere/python');
    await workbench
      .notification(/nowhere.python could not be started.*Name the Python that has TensorFlow/)
      .waitFor();
    assert.deepEqual(await readdir(await storageFolder(workbench)), []);
  });

  async function startFromPalette(workbench: Workbench): Promise<Download> {
    const starts = registry.nextDownload();
    await workbench.runCommand(command);
    await workbench.pick('tfjs-node-gpu');
    const download = await starts;
    await progress(workbench).getByText(`Downloading from ${registry.host}`).waitFor();
    return download;
  }
});

const progress = (workbench: Workbench) => workbench.notification('Installing the CUDA Engine');

/** The engine's row in the Compute view, when the engines have been tried. */
async function tensorflowRow(workbench: Workbench): Promise<Locator> {
  await workbench.runCommand('Show Compute Devices');
  const row = workbench.page.getByRole('treeitem', { name: /^tensorflow: not available/ });
  await row.waitFor();
  return row;
}

/** Where the engine goes, as the Compute view names it among the places that were searched. */
async function storageFolder(workbench: Workbench): Promise<string> {
  const row = await tensorflowRow(workbench);
  if ((await row.getAttribute('aria-expanded')) !== 'true') await row.locator('.monaco-tl-twistie').click();
  const place = workbench.page.getByRole('treeitem', { name: /^the extension's storage/ });
  const [, folder] = /storage, (.+): nothing installed/.exec((await place.textContent()) ?? '') ?? [];
  assert.ok(folder, 'the view does not say that the storage is empty');
  return folder;
}

/** The trainer that installs, and all that it has started. */
async function installation(server: VsCodeServer): Promise<ProcessInfo[]> {
  const hosts = await server.extensionHosts();
  const children = (await Promise.all(hosts.map(({ pid }) => processTree(pid)))).flat();
  const trainer = children.find(({ command: line }) => line.includes('install-tensorflow'));
  assert.ok(trainer, 'nothing is being installed');
  return processTree(trainer.pid);
}

/** Waits until a folder holds nothing. */
async function emptied(folder: string): Promise<void> {
  const watcher = watch(folder);
  const changes = on(watcher, 'change');
  while ((await readdir(folder)).length > 0) await changes.next();
  watcher.close();
}
