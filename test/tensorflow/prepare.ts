import { access, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { runCommand } from '../vscode/command';

const folder = path.resolve('.build/tensorflow');
const python = path.join(folder, 'python', 'bin', 'python');
const release = 'tensorflow-cpu==2.21.0';

/** What Debian calls the programs that the preparation runs. */
const packages = ['python3', 'python3-venv', 'g++'];

/**
 * A Python TensorFlow from PyPI, and tfjs-node's addon built for it by the trainer's own command. What is there already stays.
 * @returns the folder of the addon
 * @throws NoTensorflow where PyPI does not give it, Error with what failed and what to install where a program or a registry is missing
 */
export async function prepareTensorflow(say: (line: string) => void): Promise<string> {
  const addon = path.join(folder, 'addon');
  const stamp = path.join(folder, 'prepared');
  if ((await readFile(stamp, 'utf8').catch(() => '')) === release) return addon;
  const started = Date.now();
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await installProgramsIfMissing(say);
  say(`Installing ${release} for Python, 270 MB …`);
  await runCommand('python3', ['-m', 'venv', path.join(folder, 'python')]);
  await installFromPyPi();
  const build = ['engine', 'build-tensorflow', '--python', python, '--into', addon];
  say((await runCommand(process.execPath, [path.resolve('dist/trainer.js'), ...build])).trim());
  await writeFile(stamp, release);
  say(`Prepared in ${Math.round((Date.now() - started) / 1000)} s.`);
  return addon;
}

/** TensorFlow could not be had: the rest of the tests does not need it. */
export class NoTensorflow extends Error {
  override readonly name = 'NoTensorflow';
}

/** The package alone, and not compiled for Python: the addon uses its libraries and headers. */
async function installFromPyPi(): Promise<void> {
  const options = ['--quiet', '--no-deps', '--no-compile', '--disable-pip-version-check'];
  await runCommand(python, ['-m', 'pip', 'install', ...options, release]).catch((error: Error) => {
    throw new NoTensorflow(
      `${release} could not be installed from PyPI. It needs Python 3.10 to 3.13 and a way to PyPI (pip's settings: PIP_INDEX_URL, PIP_PROXY).\n${error.message}`,
    );
  });
}

async function installProgramsIfMissing(say: (line: string) => void): Promise<void> {
  if (await programsAreThere()) return;
  const mayInstall = process.getuid?.() === 0 && (await exists('/usr/bin/apt-get'));
  if (!mayInstall) {
    throw new Error(
      `The tensorflow engine's tests need Python 3.10 or later with venv, and g++. Install them (Debian: apt-get install ${packages.join(' ')}).`,
    );
  }
  say(`Installing ${packages.join(', ')} …`);
  // Another apt-get may be at work: wait for its lock instead of failing.
  const lock = ['-o', 'DPkg::Lock::Timeout=300'];
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  await runCommand('apt-get', [...lock, 'update'], { env });
  await runCommand('apt-get', [...lock, 'install', '-y', '--no-install-recommends', ...packages], { env });
}

async function programsAreThere(): Promise<boolean> {
  const tries = [
    // Debian's Python has the module venv, but cannot make one, until python3-venv is installed.
    ['python3', '-c', 'import ensurepip, sys; sys.exit(sys.version_info < (3, 10))'],
    ['g++', '--version'],
  ] as const;
  const done = await Promise.allSettled(tries.map(([command, ...args]) => runCommand(command, args)));
  return done.every(({ status }) => status === 'fulfilled');
}

function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
