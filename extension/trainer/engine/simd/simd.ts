import { existsSync } from 'node:fs';
import path from 'node:path';
import { findBackend, registerBackend, removeBackend, setBackend, version_core } from '@tensorflow/tfjs-core';
import { cpuName } from '../cpuName';
import { EngineUnavailable, type OpenEngine } from '../engine';
import { SimdBackend } from './backend';
import { bestBuild } from './features';
import { SimdMachine } from './machine';
import { Profile } from './profile';
import { backendName } from './tfjs/kernel';
import { registerKernels } from './tfjs/kernels';

/** V8's own switch: `node --no-experimental-wasm-revectorize dist/trainer.js …` computes with 128 bits. */
const withoutRevectorizer = '--no-experimental-wasm-revectorize';

/** TensorFlow.js backend of our own: WebAssembly SIMD on all cores. */
export const openSimd: OpenEngine = async ({ wasmFolder: folder, threads, pin, winograd = '4x4' }) => {
  const files = [`simd-${bestBuild()}.wasm`, 'simdWorker.js'];
  const missing = files.find(file => !existsSync(path.join(folder, file)));
  if (missing) {
    throw new EngineUnavailable(
      `${path.join(folder, missing)} is missing`,
      'Build the project again (npm run build), or reinstall the extension.',
    );
  }
  const machine = await SimdMachine.open({
    folder,
    revectorize: !process.execArgv.includes(withoutRevectorizer),
    ...(threads === undefined ? {} : { threads }),
    ...(pin === undefined ? {} : { pin }),
  });
  registerKernels();
  if (findBackend(backendName)) removeBackend(backendName);
  const backend = new SimdBackend(machine, winograd);
  registerBackend(backendName, () => backend, 1);
  await setBackend(backendName);
  const { build, revectorized } = machine;
  const width = revectorized ? '256' : '128';
  const multiplyAdd = build === 'relaxed' ? ', fused multiply-add' : '';
  return {
    name: 'simd',
    device: `${cpuName()}, WebAssembly SIMD (${width} bits${multiplyAdd}), ${machine.threads} ${machine.threads === 1 ? 'thread' : 'threads'}`,
    version: `tfjs ${version_core}`,
    backend: backendName,
    accelerated: false,
    notes: machine.notes,
    memory: backend.engineMemory,
    measure: () => {
      const profile = new Profile();
      machine.measure(profile);
      return () => profile.rows();
    },
    close: async () => {
      removeBackend(backendName);
      await machine.close();
    },
  };
};
