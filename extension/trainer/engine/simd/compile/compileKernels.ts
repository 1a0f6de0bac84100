import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import type { KernelBuild } from '../features';
import { generatedSources } from './generatedSources';

const run = promisify(execFile);

const features: Readonly<Record<KernelBuild, string>> = {
  relaxed: 'threads,simd,bulk-memory,relaxed-simd',
  plain: 'threads,simd,bulk-memory',
};

const options = [
  '-O3',
  '--noAssert',
  ...['--uncheckedBehavior', 'always'],
  ...['--runtime', 'stub'],
  ...['--stackSize', '0'],
  '--importMemory',
  '--sharedMemory',
  ...['--initialMemory', '1'],
  ...['--maximumMemory', '65536'],
];

/**
 * Compiles the AssemblyScript in `sources`, with the generated micro-kernels beside it, to simd-relaxed.wasm and
 * simd-plain.wasm in `outFolder`. What was compiled before from the same text is taken from `workFolder`.
 * `compiler` is AssemblyScript's asc.js.
 */
export async function compileKernels(
  sources: string,
  workFolder: string,
  outFolder: string,
  compiler: string,
): Promise<void> {
  const folder = path.join(workFolder, 'source');
  const files = await gatherSources(sources, folder);
  const key = await keyOf(folder, files, compiler);
  await mkdir(outFolder, { recursive: true });
  await Promise.all(
    (['relaxed', 'plain'] as const).map(async build => {
      const compiled = path.join(workFolder, `${build}-${key}.wasm`);
      if (!existsSync(compiled)) await compile(build, folder, files, compiler, compiled);
      await copyFile(compiled, path.join(outFolder, `simd-${build}.wasm`));
    }),
  );
}

/** Handwritten and generated sources in one folder. */
async function gatherSources(sources: string, folder: string): Promise<string[]> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(path.join(folder, 'generated'), { recursive: true });
  const files = (await readdir(sources)).filter(file => file.endsWith('.ts')).sort();
  for (const file of files) await copyFile(path.join(sources, file), path.join(folder, file));
  for (const [name, text] of Object.entries(generatedSources())) {
    const file = path.join('generated', `${name}.ts`);
    await writeFile(path.join(folder, file), text);
    files.push(file);
  }
  return files;
}

async function keyOf(folder: string, files: readonly string[], compiler: string): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify([options, features, files]));
  for (const file of [
    path.join(compiler, '../../package.json'),
    ...files.map(file => path.join(folder, file)),
  ]) {
    hash.update(await readFile(file));
  }
  return hash.digest('hex').slice(0, 16);
}

/** To a temporary name first: an interrupted build leaves nothing that looks finished. */
async function compile(
  build: KernelBuild,
  folder: string,
  files: readonly string[],
  compiler: string,
  target: string,
): Promise<void> {
  const unfinished = `${target}.${process.pid}.tmp`;
  const entries = files.filter(file => !file.startsWith('generated')).map(file => path.join(folder, file));
  const flags = [...options, '--enable', features[build], '--outFile', unfinished];
  await run(process.execPath, [compiler, ...entries, ...flags]);
  await copyFile(unfinished, target);
  await rm(unfinished);
}
