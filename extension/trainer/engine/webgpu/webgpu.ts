import {
  findBackend,
  findBackendFactory,
  registerBackend,
  removeBackend,
  setBackend,
  version_core,
} from '@tensorflow/tfjs-core';
import { type Engine, type EngineOptions, EngineUnavailable, type OpenEngine } from '../engine';
import { GpuBackend } from './backend';
import { type Dawn, requestAdapter, startDawn } from './dawn';
import { openDevice } from './device';
import { backendName } from './kernel';
import { registerKernels } from './kernels';

/** Any GPU through Dawn: TensorFlow.js's WebGPU kernels, and kernels of our own where those are slow. */
export const openWebGpu: OpenEngine = async options => {
  const dawn = await startDawn(options.webgpuAdapter);
  return openOn(dawn, options).catch((error: unknown) => {
    dawn.stop();
    throw error;
  });
};

async function openOn(dawn: Dawn, options: EngineOptions): Promise<Engine> {
  const adapter = await requestAdapter(dawn, options.webgpuAdapter);
  const { info } = adapter;
  const name = adapterName(info);
  if (info.isFallbackAdapter && !options.allowSoftwareAdapter && options.webgpuAdapter === undefined) {
    throw new EngineUnavailable(
      `only a software adapter was found (${name})`,
      'Install the driver of your GPU. To try the software one, name it in compute.webgpuAdapter, or set compute.allowSoftwareAdapter.',
    );
  }
  const opened = await openDevice(adapter, name);
  const { device, health } = opened;
  registerKernels();
  const { gpuMemoryBytes } = options;
  const backend = new GpuBackend({
    device,
    info,
    health,
    ...(gpuMemoryBytes === undefined ? {} : { memoryBytes: gpuMemoryBytes }),
  });
  opened.onOutOfMemory = () => backend.outOfMemory();
  if (findBackendFactory(backendName)) removeBackend(backendName);
  registerBackend(backendName, () => backend, 3);
  await setBackend(backendName);
  return {
    name: 'webgpu',
    device: name,
    version: `tfjs ${version_core}, webgpu ${dawn.version}`,
    backend: backendName,
    accelerated: !info.isFallbackAdapter,
    memory: backend.engineMemory,
    close: async () => {
      if (!health.fault) await backend.settled().catch(() => {});
      if (findBackend(backendName) === backend) removeBackend(backendName);
      device.destroy();
      dawn.stop();
    },
  };
}

/** WebGPU writes the GPU's name with dashes ("nvidia-h100-pcie"); `description` is the driver's. */
function adapterName({ device, vendor, description }: GPUAdapterInfo): string {
  const gpu = (device || vendor || 'GPU').replaceAll('-', ' ').trim();
  return description ? `${gpu} (${description})` : gpu;
}
