import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { runCommand } from './command';
import { codeServerEntry, nodeBinary, withNode } from './paths';

/** Folders of one VS Code: what a person's machine would hold for it. */
export interface Profile {
  readonly userData: string;
  readonly extensions: string;
}

/** Nothing in the way of the parts under test, and nothing that asks the network. */
const quietSettings = {
  'chat.disableAIFeatures': true,
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'extensions.ignoreRecommendations': true,
  'remote.autoForwardPorts': false,
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'workbench.editor.revealIfOpen': true,
  'workbench.enableExperiments': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'workbench.welcomePage.walkthroughs.openOnInstall': false,
};

/**
 * Makes a VS Code profile in a folder. Settings that are there already stay.
 * @param settings user settings on top of the quiet ones
 * @param extensions folder of installed extensions; several profiles may share one
 */
export async function createProfile(
  folder: string,
  { settings = {}, extensions = path.join(folder, 'extensions') }: ProfileOptions = {},
): Promise<Profile> {
  const userData = path.join(folder, 'user-data');
  await mkdir(path.join(userData, 'User'), { recursive: true });
  await mkdir(extensions, { recursive: true });
  const all = { ...quietSettings, ...settings };
  await writeNew(path.join(userData, 'User/settings.json'), `${JSON.stringify(all, null, 2)}\n`);
  await writeNew(path.join(userData, 'code-server.yaml'), 'auth: none\n');
  return { userData, extensions };
}

interface ProfileOptions {
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly extensions?: string;
}

/**
 * Installs an extension as a person would, from its VSIX.
 * @throws Error with what VS Code said when it refuses the package
 */
export async function installExtension(profile: Profile, vsix: string): Promise<void> {
  await runCommand(nodeBinary, [codeServerEntry, ...profileArguments(profile), '--install-extension', vsix], {
    env: withNode(),
  });
}

/** Command-line arguments that keep code-server inside the profile's folders. */
export function profileArguments(profile: Profile): string[] {
  return [
    ...['--config', path.join(profile.userData, 'code-server.yaml')],
    ...['--user-data-dir', profile.userData],
    ...['--extensions-dir', profile.extensions],
  ];
}

async function writeNew(file: string, text: string): Promise<void> {
  await writeFile(file, text, { flag: 'wx' }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
}
