import { registerBackend, removeBackend, setBackend, version_core } from '@tensorflow/tfjs-core';
import { type Dawn, requestAdapter, startDawn } from './dawn';
import { type Engine, type EngineOptions, EngineUnavailable, type OpenEngine } from './engine';

/** The part of a limit set that TensorFlow.js's kernels can use. */
const wantedLimits = [
  'maxComputeWorkgroupStorageSize',
  'maxComputeWorkgroupsPerDimension',
  'maxStorageBufferBindingSize',
  'maxBufferSize',
  'maxComputeWorkgroupSizeX',
  'maxComputeWorkgroupSizeY',
  'maxComputeInvocationsPerWorkgroup',
  'maxStorageBuffersPerShaderStage',
] as const;

/** TensorFlow.js's WebGPU backend on Dawn, with a device of our own. */
export const openWebGpu: OpenEngine = async options => {
  const dawn = await startDawn(options.webgpuAdapter);
  return openDevice(dawn, options).catch((error: unknown) => {
    dawn.stop();
    throw error;
  });
};

async function openDevice(
  dawn: Dawn,
  { webgpuAdapter, allowSoftwareAdapter }: EngineOptions,
): Promise<Engine> {
  const adapter = await requestAdapter(dawn, webgpuAdapter);
  const { info } = adapter;
  const name = adapterName(info);
  if (info.isFallbackAdapter && !allowSoftwareAdapter) {
    throw new EngineUnavailable(
      `only a software adapter was found (${name})`,
      'Install the driver of your GPU, or set compute.allowSoftwareAdapter to try the software one.',
    );
  }
  const requiredLimits = Object.fromEntries(wantedLimits.map(limit => [limit, adapter.limits[limit]]));
  const device = await adapter.requestDevice({
    requiredLimits,
    requiredFeatures: adapter.features.has('timestamp-query') ? ['timestamp-query'] : [],
  });
  // TensorFlow.js would go on with zeros after a shader error: nothing computed from there on is to be trusted.
  device.onuncapturederror = event => {
    throw new Error(`WebGPU error on ${name}: ${event.error.message}`);
  };
  const { WebGPUBackend } = await import('@tensorflow/tfjs-backend-webgpu');
  removeBackend('webgpu');
  registerBackend('webgpu', () => new WebGPUBackend(device, info), 3);
  const close = async () => {
    await device.queue.onSubmittedWorkDone();
    removeBackend('webgpu');
    device.destroy();
    dawn.stop();
  };
  if (!(await setBackend('webgpu'))) {
    await close();
    throw new EngineUnavailable(`TensorFlow.js could not use ${name}`, 'Update the GPU driver.');
  }
  return {
    name: 'webgpu',
    device: name,
    version: `tfjs ${version_core}, webgpu ${dawn.version}`,
    backend: 'webgpu',
    accelerated: !info.isFallbackAdapter,
    close,
  };
}

/** WebGPU writes the GPU's name with dashes ("nvidia-h100-pcie"); `description` is the driver's. */
function adapterName({ device, vendor, description }: GPUAdapterInfo): string {
  const gpu = (device || vendor || 'GPU').replaceAll('-', ' ').trim();
  return description ? `${gpu} (${description})` : gpu;
}
