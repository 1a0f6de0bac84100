import '@tensorflow/tfjs-backend-cpu';
import { version_cpu } from '@tensorflow/tfjs-backend-cpu';
import { backend, setBackend } from '@tensorflow/tfjs-core';
import { cpuName } from './cpuName';
import type { OpenEngine } from './engine';

/** Plain JavaScript: always there, slow, and the reference the other engines are compared with. */
export const openCpu: OpenEngine = async () => {
  await setBackend('cpu');
  silenceAdvertisement(backend());
  return {
    name: 'cpu',
    device: `${cpuName()}, JavaScript, 1 thread`,
    version: `tfjs ${version_cpu}`,
    backend: 'cpu',
    accelerated: false,
    close: async () => {},
  };
};

/**
 * On its first use under Node TensorFlow.js's cpu backend prints an advertisement for tfjs-node; the only switch for it alone is
 * this one.
 */
export function silenceAdvertisement(cpuBackend: object): void {
  Reflect.set(cpuBackend, 'firstUse', false);
}
