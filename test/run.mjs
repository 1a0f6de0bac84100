// Bundles one TypeScript program of test/ and runs its main(): `node test/run.mjs test/vscode/install.ts [arguments]`.
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const [source, ...rest] = process.argv.slice(2);
if (!source)
  throw new Error('Name the program to run, for example: node test/run.mjs test/vscode/install.ts');

const outfile = path.resolve('.build/programs', `${path.basename(source, '.ts')}-${process.pid}.mjs`);
await mkdir(path.dirname(outfile), { recursive: true });
await build({
  entryPoints: [source],
  outfile,
  bundle: true,
  packages: 'external',
  platform: 'node',
  format: 'esm',
  target: 'node20',
  sourcemap: 'inline',
  logLevel: 'warning',
});
const { main } = await import(pathToFileURL(outfile).href);
await main(rest);
