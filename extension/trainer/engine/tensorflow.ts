import { createRequire } from 'node:module';
import path from 'node:path';
import { backend, getBackend, setBackend } from '@tensorflow/tfjs-core';
import { EngineUnavailable, type OpenEngine } from './engine';

const packages = ['@tensorflow/tfjs-node-gpu', '@tensorflow/tfjs-node'] as const;

const remedy =
  'Install @tensorflow/tfjs-node-gpu (needs CUDA 11.2 and cuDNN 8.1, and its download of libtensorflow), and name the folder ' +
  'that holds its node_modules in compute.tensorflowPath. Other GPUs: use the webgpu engine.';

/**
 * TensorFlow's own kernels through tfjs-node-gpu, or tfjs-node. The package registers its backend with the TensorFlow.js
 * engine of this process, which all copies of tfjs-core share.
 */
export const openTensorflow: OpenEngine = async ({ tensorflowPath, allowSoftwareAdapter }) => {
  repairNodeUtil();
  const loaded = loadPackage(tensorflowPath);
  if (!(await setBackend('tensorflow')) || getBackend() !== 'tensorflow') {
    throw new EngineUnavailable(`${loaded.name} registered no backend`, remedy);
  }
  const accelerated = Reflect.get(backend(), 'isUsingGpuDevice') === true;
  if (!accelerated && !allowSoftwareAdapter) {
    throw new EngineUnavailable(
      `${loaded.name} runs, but found no GPU that it can use`,
      'Install CUDA 11.2 and cuDNN 8.1 for this package, or set compute.allowSoftwareAdapter to use its CPU kernels.',
    );
  }
  return {
    name: 'tensorflow',
    device: accelerated ? 'GPU (CUDA)' : 'CPU (TensorFlow)',
    version: `${loaded.name} ${loaded.version}`,
    backend: 'tensorflow',
    accelerated,
    close: async () => {},
  };
};

/** Loads the first package that works: from the folder the user names, then from the project. */
function loadPackage(folder: string | undefined): { name: string; version: string } {
  const reasons: string[] = [];
  for (const from of [folder, process.cwd(), __dirname].filter(place => place !== undefined)) {
    const require = createRequire(path.join(path.resolve(from), 'package.json'));
    for (const name of packages) {
      try {
        require(name);
        const { version } = require(`${name}/package.json`) as { version: string };
        return { name, version };
      } catch (error) {
        reasons.push(`${name} in ${from}: ${reasonOf(error as NodeJS.ErrnoException)}`);
      }
    }
  }
  const found = reasons.find(reason => !reason.endsWith('not installed'));
  throw new EngineUnavailable(found ?? `${packages.join(' and ')}: not installed`, remedy);
}

function reasonOf(error: NodeJS.ErrnoException): string {
  const line = error.message.split('\n')[0] ?? '';
  const absent = error.code === 'MODULE_NOT_FOUND' && packages.some(name => line.includes(`'${name}'`));
  return absent ? 'not installed' : line;
}

/** tfjs-node 4.22 calls `util.isNullOrUndefined`, which Node 23 removed. */
function repairNodeUtil(): void {
  const util = createRequire(__filename)('node:util') as Record<string, unknown>;
  util['isNullOrUndefined'] ??= (value: unknown) => value === null || value === undefined;
}
