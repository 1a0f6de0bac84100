import { createRequire } from 'node:module';
import path from 'node:path';
import { EngineUnavailable } from './engine';

const packages = ['@tensorflow/tfjs-node-gpu', '@tensorflow/tfjs-node'] as const;

export interface LoadedPackage {
  readonly name: (typeof packages)[number];
  readonly version: string;
}

/**
 * Loads the first package that works, looking from each folder in turn as Node does: in its node_modules and in those of
 * the folders above. One that is there but does not load gives way to the next.
 * Throws `EngineUnavailable` with the reason of every package that did not load, or that none is installed.
 */
export function loadTensorflowPackage(folders: readonly string[]): LoadedPackage {
  const broken = new Map<string, string>();
  for (const folder of folders) {
    const require = createRequire(path.join(path.resolve(folder), 'package.json'));
    for (const name of packages) {
      try {
        require(name);
        const { version } = require(`${name}/package.json`) as { version: string };
        return { name, version };
      } catch (error) {
        if (isAbsent(error as NodeJS.ErrnoException, name)) continue;
        const place = path.dirname(require.resolve(`${name}/package.json`));
        broken.set(place, `${place} does not load: ${firstLine(error)}`);
      }
    }
  }
  if (broken.size === 0) throw notInstalled();
  throw new EngineUnavailable(
    [...broken.values()].join('; '),
    'Install that package again with its native part (npm rebuild @tensorflow/tfjs-node-gpu --build-addon-from-source), ' +
      'or remove it. Other GPUs: use the webgpu engine.',
  );
}

function notInstalled(): EngineUnavailable {
  return new EngineUnavailable(
    `${packages.join(' and ')}: not installed`,
    'Install @tensorflow/tfjs-node-gpu (needs CUDA 11.2 and cuDNN 8.1, and its download of libtensorflow), and name the ' +
      'folder that holds its node_modules in compute.tensorflowPath. Other GPUs: use the webgpu engine.',
  );
}

/** The package itself is missing, not something that it asks for. */
function isAbsent(error: NodeJS.ErrnoException, name: string): boolean {
  return error.code === 'MODULE_NOT_FOUND' && firstLine(error).includes(`'${name}'`);
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0]?.trim() ?? '';
}
