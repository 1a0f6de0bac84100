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
import { halfFeatures, halfOfferOf, type Offering } from './halfOffer';
import { takeTrustedOperands } from './halfTrial';
import { backendName } from './kernel';
import { registerKernels } from './kernels';
import { inWords } from './kernels/operands';
import { measurePeak } from './peak';
import { GpuProfile } from './profile';

/** Any GPU through Dawn: TensorFlow.js's WebGPU kernels, and kernels of our own where those are slow. */
export const openWebGpu: OpenEngine = async options => {
  const dawn = await startDawn(options.webgpuAdapter);
  return openOn(dawn, options).catch((error: unknown) => {
    dawn.stop();
    throw error;
  });
};

async function openOn(dawn: Dawn, options: EngineOptions): Promise<Engine> {
  let current = await openBackend(dawn, options);
  let behind: Promise<unknown> = Promise.resolve();
  const close = async () => {
    const { backend, device } = current;
    if (!backend.health.fault) await backend.settled().catch(() => {});
    if (findBackend(backendName) === backend) removeBackend(backendName);
    device.destroy();
  };
  return {
    name: 'webgpu',
    device: current.name,
    precision: options.precision ?? 'float32',
    notes: current.notes,
    float16: current.offer.words,
    version: `tfjs ${version_core}, webgpu ${dawn.version}`,
    backend: backendName,
    accelerated: !current.isSoftware,
    get memory() {
      return current.backend.engineMemory;
    },
    work: () => {
      const { commands, bytesAllocated } = current.backend;
      return { dispatches: commands.dispatches, flops: commands.flops, bytesAllocated };
    },
    peak: () => measurePeak(current.device, current.isSoftware),
    ...(current.device.features.has('timestamp-query')
      ? {
          measure: () => {
            const profile = new GpuProfile(current.device);
            current.backend.commands.measure(profile);
            return () => {
              current.backend.commands.submit();
              return profile.rows();
            };
          },
        }
      : {}),
    pace: async () => {
      const before = behind;
      // A device that is lost meanwhile says so where its results are asked for.
      behind = current.backend.settled().catch(() => {});
      await before;
    },
    reopen: async () => {
      await close();
      current = await openBackend(dawn, options);
    },
    close: async () => {
      await close();
      dawn.stop();
    },
  };
}

/** A device with the backend on it, which is then TensorFlow.js's current one. */
async function openBackend(
  dawn: Dawn,
  { webgpuAdapter, allowSoftwareAdapter, gpuMemoryBytes, precision = 'float32' }: EngineOptions,
) {
  const adapter = await requestAdapter(dawn, webgpuAdapter);
  const { info } = adapter;
  const name = adapterName(info);
  if (info.isFallbackAdapter && !allowSoftwareAdapter && webgpuAdapter === undefined) {
    throw new EngineUnavailable(
      `only a software adapter was found (${name})`,
      'Install the driver of your GPU. To try the software one, name it in compute.webgpuAdapter, or set compute.allowSoftwareAdapter.',
    );
  }
  const half = precision === 'float16';
  const opened = await openDevice(adapter, name, half ? halfFeatures : []);
  const { device, health } = opened;
  registerKernels();
  const limit = gpuMemoryBytes === undefined ? {} : { memoryBytes: gpuMemoryBytes };
  const backend = new GpuBackend({ device, info, health, ...limit });
  opened.onOutOfMemory = () => backend.outOfMemory();
  if (findBackendFactory(backendName)) removeBackend(backendName);
  registerBackend(backendName, () => backend, 3);
  await setBackend(backendName);
  const offer = halfOfferOf(adapter as Offering);
  const notes = half ? await takeTrustedOperands(backend, offer.operands) : [];
  const products = half ? `, ${inWords(backend.operands)}` : '';
  return { device, backend, name: name + products, isSoftware: info.isFallbackAdapter, notes, offer };
}

/** WebGPU writes the GPU's name with dashes ("nvidia-h100-pcie"); `description` is the driver's. */
function adapterName({ device, vendor, description }: GPUAdapterInfo): string {
  const gpu = (device || vendor || 'GPU').replaceAll('-', ' ').trim();
  return description ? `${gpu} (${description})` : gpu;
}
