import { copyFile, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type BuildOptions, build } from 'esbuild';
import { hostSpecsFolder } from '../../host/report';
import { runCommand } from '../../vscode/command';
import { hostTestsVsix } from './places';

const node: BuildOptions = {
  bundle: true,
  packages: 'external',
  platform: 'node',
  target: 'node20',
  sourcemap: 'linked',
  logLevel: 'warning',
};

/** Bundles the UI specs for mocha. */
export async function bundleSpecs(outdir: string): Promise<void> {
  await rm(outdir, { recursive: true, force: true });
  await build({
    ...node,
    format: 'esm',
    entryPoints: await testFiles('test/ui'),
    outdir,
    outExtension: { '.js': '.mjs' },
  });
}

/** Bundles and packages the extension that runs mocha inside the extension host, and bundles its specs. */
export async function packageHostTests(): Promise<void> {
  const folder = path.resolve('.build/host/extension');
  await rm('.build/host', { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await build({ ...node, format: 'cjs', entryPoints: ['test/host/extension.ts'], outdir: folder });
  await build({ ...node, format: 'cjs', entryPoints: await testFiles('test/host'), outdir: hostSpecsFolder });
  await copyFile('test/host/package.json', path.join(folder, 'package.json'));
  await copyFile('LICENSE', path.join(folder, 'LICENSE'));
  await writeFile(path.join(folder, 'README.md'), 'Runs tests inside the extension host.\n');
  const vsce = path.resolve('node_modules/@vscode/vsce/vsce');
  const options = ['--no-dependencies', '--allow-missing-repository', '--out', hostTestsVsix];
  await runCommand(process.execPath, [vsce, 'package', ...options], { cwd: folder });
}

async function testFiles(folder: string): Promise<string[]> {
  const files = await readdir(folder, { recursive: true });
  return files.filter(file => file.endsWith('.test.ts')).map(file => path.join(folder, file));
}
