import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { packagesIn } from '../packages';
import { type Trial, tryAddon } from '../trial';
import { InstallationError, lastLines, npmCommand, runProgram } from './program';
import { tfjsNodeVersion } from './sources';
import { told } from './told';

export interface DownloadOptions {
  /** The package goes into the node_modules of this folder. */
  readonly into: string;
  /** Told what is being done, a line each. */
  say(line: string): void;
}

const name = '@tensorflow/tfjs-node-gpu';

/** What the install script says it is doing; of the rest only a failure's reason is of use. */
const downloads = /^\*|^https?:/;

const otherWay =
  'Other ways to TensorFlow on a GPU: build the addon for a TensorFlow of Python ("randomized-at engine build-tensorflow"), ' +
  "which needs npm's and Python's registries only; or, without TensorFlow, the webgpu engine.";

/**
 * Installs tfjs-node-gpu as its makers mean it: npm runs its install script, which downloads libtensorflow 2.9.1 for CUDA 11.2
 * and an addon from Google's storage. The addon is then tried.
 * Throws `InstallationError`, `TrialFailed`.
 */
export async function downloadTensorflow({ into, say }: DownloadOptions): Promise<void> {
  if (process.arch !== 'x64' || !['linux', 'win32'].includes(process.platform)) {
    throw new InstallationError(
      `${name} exists for Linux and Windows on x64 only; this is ${process.platform} ${process.arch}. Use the webgpu engine.`,
    );
  }
  await mkdir(into, { recursive: true });
  await writeFile(path.join(into, 'package.json'), '{ "private": true }\n');
  say(`Installing ${name} ${tfjsNodeVersion}, several hundred MB …`);
  const [command, ...args] = npmCommand();
  const options = ['--foreground-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  const { status, printed } = await runProgram(
    command,
    [...args, 'install', ...options, `${name}@${tfjsNodeVersion}`],
    { cwd: into, onLine: line => downloads.test(line) && say(line) },
  );
  if (status !== 0)
    throw new InstallationError(`${name} was not installed: ${reasonOf(printed)} ${otherWay}`);
  say('Trying it …');
  say(told(await tried(into, printed)));
}

async function tried(into: string, printed: string): Promise<Trial> {
  const [found] = packagesIn({ called: '', folder: into, upward: false });
  if (found?.addon) return tryAddon(found.addon);
  throw new InstallationError(
    `${name} was installed without its native part: ${reasonOf(printed)} ${otherWay}`,
  );
}

function reasonOf(printed: string): string {
  const host = /(?:getaddrinfo \w+ |hostname: ')([\w.-]+)/.exec(printed)?.[1];
  if (/ENOTFOUND|EAI_AGAIN|ETIMEDOUT|ECONNREFUSED|ECONNRESET|ENETUNREACH/.test(printed)) {
    return `its download host${host ? ` ${host}` : ''} cannot be reached from here.`;
  }
  if (/status code 40[34]|403 Forbidden|404 Not Found|statusCode: 40[34]/i.test(printed)) {
    return 'its download host refuses the file.';
  }
  return `npm said:\n${lastLines(printed, 10)}\n`;
}
