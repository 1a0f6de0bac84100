import { spawn } from 'node:child_process';
import { access, rm } from 'node:fs/promises';
import path from 'node:path';
import { installVsCode } from '../vscode/install';
import { createProfile, installExtension } from '../vscode/profile';
import { bundleSpecs, packageHostTests } from './support/bundles';
import { failureFolder, installedExtensions, vsix } from './support/places';

const specs = path.resolve('.build/ui/specs');

/**
 * Runs the specs in real VS Code in a real browser, on the packaged extension.
 * @param mochaOptions passed on, for example --grep "a word of the title"
 */
export async function main(mochaOptions: readonly string[]): Promise<void> {
  await access(vsix).catch(() => {
    throw new Error(`${vsix} is missing: run "npm run package" first.`);
  });
  await Promise.all([installVsCode(), bundleSpecs(specs), packageHostTests()]);
  await rm(failureFolder, { recursive: true, force: true });
  await rm(installedExtensions, { recursive: true, force: true });
  const profile = await createProfile(path.resolve('.build/ui/profile'), { extensions: installedExtensions });
  await installExtension(profile, vsix);
  process.exitCode = await runMocha(mochaOptions);
}

async function runMocha(options: readonly string[]): Promise<number> {
  const mocha = path.resolve('node_modules/mocha/bin/mocha.js');
  const child = spawn(
    process.execPath,
    [
      ...['--enable-source-maps', mocha, '--no-config', '--timeout', '180000', ...options],
      `${specs}/**/*.test.mjs`,
    ],
    { stdio: 'inherit' },
  );
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', status => resolve(status ?? 1));
  });
}
