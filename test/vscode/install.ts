import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { findBrowser, installBrowser } from './browserBinary';
import { runCommand } from './command';
import {
  cacheFolder,
  codeServerVersion,
  nodeFolder,
  nodeMajor,
  nodePackage,
  vscodeFolder,
  withNode,
} from './paths';

/** Parts of VS Code's server that no test reaches: agents and sandboxes, two thirds of the download. */
const unneeded = [
  '@devcontainers/cli',
  '@github/copilot-sdk',
  '@microsoft/mxc-sdk',
  '@vscode/sandbox-runtime',
  'kerberos',
];

/** Quiet, and without the packages' own install scripts, which want other compilers and sites than npm's. */
const npmOptions = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];

/**
 * Installs VS Code for tests into the cache folder and a browser where there is none. What is already there stays; an
 * interrupted installation continues at the step it had reached.
 * @throws Error when a download fails, or no browser is found and none can be installed
 */
export async function installVsCode(say: (line: string) => void = console.log): Promise<void> {
  await Promise.all([installServer(say), installBrowserIfMissing(say)]);
}

export async function main(): Promise<void> {
  await installVsCode();
  console.log(`VS Code for tests is in ${cacheFolder}.`);
}

/** VS Code alone: whoever opens it brings a browser. */
export async function installServer(say: (line: string) => void): Promise<void> {
  await mkdir(cacheFolder, { recursive: true });
  await step(say, 'code-server and Node', `code-server@${codeServerVersion} node@${nodeMajor}`, async () => {
    await writeFile(path.join(cacheFolder, 'package.json'), '{ "private": true }\n');
    const packages = [`code-server@${codeServerVersion}`, `${nodePackage}@${nodeMajor}`];
    // --force: code-server declares the Node it will run under, not the one that installs it.
    await npm(cacheFolder, ['install', ...npmOptions, '--force', '--save-exact', ...packages]);
  });
  await step(say, "VS Code's modules", codeServerVersion, async () => {
    await leaveOutUnneeded();
    await npm(vscodeFolder, ['install', ...npmOptions, '--omit=dev']);
  });
  await step(say, 'native modules', codeServerVersion, () => buildNativeModules(say));
}

/** Runs a step unless an earlier run has finished it for the same version. */
async function step(
  say: (line: string) => void,
  name: string,
  version: string,
  work: () => Promise<void>,
): Promise<void> {
  const stamp = path.join(cacheFolder, `${name.replaceAll(/\W+/g, '-')}.done`);
  const done = await readFile(stamp, 'utf8').catch(() => '');
  if (done === version) return;
  say(`Installing ${name} …`);
  const started = Date.now();
  await work();
  await writeFile(stamp, version);
  say(`Installed ${name} in ${Math.round((Date.now() - started) / 1000)} s.`);
}

async function leaveOutUnneeded(): Promise<void> {
  const file = path.join(vscodeFolder, 'package.json');
  const manifest = JSON.parse(await readFile(file, 'utf8')) as { dependencies: Record<string, string> };
  const kept = Object.entries(manifest.dependencies).filter(([name]) => !unneeded.includes(name));
  await writeFile(file, JSON.stringify({ ...manifest, dependencies: Object.fromEntries(kept) }, null, 2));
}

/** Writes log files and output channels; VS Code runs without it, and then they stay empty. */
async function buildNativeModules(say: (line: string) => void): Promise<void> {
  try {
    await npm(vscodeFolder, ['rebuild', '@vscode/spdlog', '@vscode/native-watchdog', '--loglevel=error'], {
      npm_config_nodedir: nodeFolder,
      JOBS: '2',
    });
  } catch (error) {
    say(`VS Code's output channels will stay empty: their native module needs Python, make and a C++ compiler.
${error instanceof Error ? error.message : error}`);
  }
}

async function npm(
  folder: string,
  args: readonly string[],
  variables: NodeJS.ProcessEnv = {},
): Promise<void> {
  const cli = process.env['npm_execpath'];
  const [command, first] = cli ? [process.execPath, [cli]] : ['npm', []];
  await runCommand(command, [...first, ...args], { cwd: folder, env: { ...withNode(), ...variables } });
}

async function installBrowserIfMissing(say: (line: string) => void): Promise<void> {
  if (await findBrowser()) return;
  say('Installing Chromium …');
  await installBrowser();
}
