import { access, constants } from 'node:fs/promises';
import path from 'node:path';
import { runCommand } from './command';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'microsoft-edge'];

const fixedPlaces = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
];

/** A Chromium of this machine: the one named by RANDOMIZED_AT_BROWSER, else the first on the PATH or in a usual place. */
export async function findBrowser(): Promise<string | undefined> {
  const named = process.env['RANDOMIZED_AT_BROWSER'];
  const folders = (process.env['PATH'] ?? '').split(path.delimiter).filter(folder => folder !== '');
  const onPath = names.flatMap(name => folders.map(folder => path.join(folder, name)));
  for (const place of named ? [named] : [...onPath, ...fixedPlaces]) {
    if (await isExecutable(place)) return place;
  }
  return undefined;
}

/**
 * Installs Debian's Chromium.
 * @throws Error that says what to do by hand where apt-get is missing or the user may not use it
 */
export async function installBrowser(): Promise<void> {
  if (process.getuid?.() !== 0 || !(await isExecutable('/usr/bin/apt-get'))) {
    throw new Error(
      'No Chromium, Chrome or Edge found. Install one (Debian: apt-get install chromium), or name its binary in RANDOMIZED_AT_BROWSER.',
    );
  }
  // Another apt-get may be at work: wait for its lock instead of failing.
  const lock = ['-o', 'DPkg::Lock::Timeout=300'];
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  await runCommand('apt-get', [...lock, 'update'], { env });
  await runCommand(
    'apt-get',
    [...lock, 'install', '-y', '--no-install-recommends', 'chromium', 'fonts-dejavu-core'],
    { env },
  );
}

async function isExecutable(file: string): Promise<boolean> {
  return access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
}
