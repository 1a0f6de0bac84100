import '@tensorflow/tfjs-backend-cpu';
import { cpus } from 'node:os';
import { version_cpu } from '@tensorflow/tfjs-backend-cpu';
import { setBackend } from '@tensorflow/tfjs-core';
import type { OpenEngine } from './engine';

/** Plain JavaScript: always there, slow, and the reference the other engines are compared with. */
export const openCpu: OpenEngine = async () => {
  await setBackend('cpu');
  return {
    name: 'cpu',
    device: `${cpus()[0]?.model.trim() ?? 'CPU'}, JavaScript, 1 thread`,
    version: `tfjs ${version_cpu}`,
    backend: 'cpu',
    accelerated: false,
    close: async () => {},
  };
};
