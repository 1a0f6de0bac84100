import { existsSync } from 'node:fs';
import path from 'node:path';
import { setWasmPaths, version_wasm } from '@tensorflow/tfjs-backend-wasm';
import { env, setBackend } from '@tensorflow/tfjs-core';
import { cpuName } from '../cpuName';
import { EngineUnavailable, type OpenEngine } from '../engine';
import { registerKernels } from './kernels';

const binaries = ['tfjs-backend-wasm-simd.wasm', 'tfjs-backend-wasm.wasm'];

/** TensorFlow.js's WebAssembly backend, one thread, with kernels of our own where its are missing, inexact or slow. */
export const openWasm: OpenEngine = async ({ wasmFolder }) => {
  const missing = binaries.find(file => !existsSync(path.join(wasmFolder, file)));
  if (missing) {
    throw new EngineUnavailable(
      `${path.join(wasmFolder, missing)} is missing`,
      'Build the project again (npm run build), or reinstall the extension.',
    );
  }
  setWasmPaths(`${wasmFolder}${path.sep}`);
  if (!(await setBackend('wasm'))) {
    throw new EngineUnavailable('WebAssembly could not be started', 'Use Node 20 or later.');
  }
  registerKernels();
  const simd = await env().getAsync('WASM_HAS_SIMD_SUPPORT');
  return {
    name: 'wasm',
    device: `${cpuName()}, WebAssembly${simd ? ' SIMD' : ''}, 1 thread`,
    version: `tfjs ${version_wasm}`,
    backend: 'wasm',
    accelerated: false,
    close: async () => {},
  };
};
