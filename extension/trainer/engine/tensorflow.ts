import { createRequire } from 'node:module';
import { backend, findBackendFactory, getBackend, setBackend } from '@tensorflow/tfjs-core';
import { EngineUnavailable, type OpenEngine } from './engine';
import { loadTensorflowPackage } from './tensorflowPackage';

/**
 * TensorFlow's own kernels through tfjs-node-gpu, or tfjs-node. The package registers its backend with the TensorFlow.js
 * engine of this process, which all copies of tfjs-core share.
 */
export const openTensorflow: OpenEngine = async ({ tensorflowPath, allowSoftwareAdapter }) => {
  repairNodeUtil();
  const folders = [tensorflowPath, process.cwd(), __dirname].filter(folder => folder !== undefined);
  const loaded = loadTensorflowPackage(folders);
  const registered = findBackendFactory('tensorflow') !== null;
  if (!registered || !(await setBackend('tensorflow')) || getBackend() !== 'tensorflow') {
    throw new EngineUnavailable(
      `${loaded.name} ${loaded.version} loads, but its backend does not start`,
      'Install @tensorflow/tfjs-node-gpu 4.22, or use the webgpu engine.',
    );
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

/** tfjs-node 4.22 calls `util.isNullOrUndefined`, which Node 23 removed. */
function repairNodeUtil(): void {
  const util = createRequire(__filename)('node:util') as Record<string, unknown>;
  util['isNullOrUndefined'] ??= (value: unknown) => value === null || value === undefined;
}
