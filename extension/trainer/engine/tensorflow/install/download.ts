import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { packagesIn } from '../packages';
import { tryAddon } from '../trial';
import { runNpm } from './npm';
import { notInstalled } from './npmFailure';
import { InstallationError } from './program';
import { tfjsNodeVersion } from './sources';
import { told } from './told';
import { inWorkplace, putInPlace } from './workplace';

export interface DownloadOptions {
  /** The package goes into the node_modules of this folder. */
  readonly into: string;
  /** Told what is being done, a line each. */
  say(line: string): void;
}

const name = '@tensorflow/tfjs-node-gpu';

/**
 * Installs tfjs-node-gpu as its makers mean it: npm runs its install script, which downloads libtensorflow 2.9.1 for CUDA 11.2
 * and an addon from Google's storage. Only what is whole takes its place in `into`; there the addon is tried.
 * Throws `InstallationError`, `TrialFailed`.
 */
export async function downloadTensorflow({ into, say }: DownloadOptions): Promise<void> {
  if (process.arch !== 'x64' || !['linux', 'win32'].includes(process.platform)) {
    throw new InstallationError(
      `${name} exists for Linux and Windows on x64 only; this is ${process.platform} ${process.arch}. Use the webgpu engine.`,
    );
  }
  const addon = await inWorkplace(into, async workplace => {
    const unpacked = await install(workplace, say);
    return putInPlace(unpacked, name, workplace, into);
  });
  say('Trying it …');
  say(told(await tryAddon(addon)));
}

/** Returns the addon in the workplace. */
async function install(workplace: string, say: (line: string) => void): Promise<string> {
  // Without this file npm would take a folder further up for the project.
  await writeFile(path.join(workplace, 'package.json'), '{ "private": true }\n');
  say(`Fetching ${name} ${tfjsNodeVersion} …`);
  const { status, printed } = await runNpm(
    ['install', '--foreground-scripts', `${name}@${tfjsNodeVersion}`],
    { cwd: workplace, onLine: line => sayStep(line, say) },
  );
  if (status !== 0) throw notInstalled(name, printed);
  const [installed] = packagesIn({ called: '', folder: workplace, upward: false });
  if (installed?.addon) return installed.addon;
  const reason = 'its install script brought no native part';
  throw notInstalled(name, printed, { at: 'script', reason });
}

/** Of what the install script prints, what it is doing: "* Downloading libtensorflow", and then the address. */
function sayStep(line: string, say: (line: string) => void): void {
  const step = /^\* (.+)/.exec(line)?.[1];
  if (step) say(`${step} …`);
  else if (/^https?:/.test(line) && URL.canParse(line))
    say(`Downloading from ${new URL(line).host}, several hundred MB …`);
}
