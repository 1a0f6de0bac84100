import { registerBackend, removeBackend, setBackend, version_core } from '@tensorflow/tfjs-core';
import { EngineUnavailable, type OpenEngine } from './engine';

const dawnRemedy =
  'Install the "webgpu" package beside the trainer (npm install webgpu); on Linux also a Vulkan driver and loader (libvulkan1).';

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
export const openWebGpu: OpenEngine = async ({ webgpuAdapter, allowSoftwareAdapter }) => {
  const gpu = await loadDawn(webgpuAdapter);
  const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' });
  if (!adapter) throw new EngineUnavailable('no WebGPU adapter: no GPU driver that Dawn can use', dawnRemedy);
  const { info } = adapter;
  const device = info.description || info.device || info.vendor || 'GPU';
  if (info.isFallbackAdapter && !allowSoftwareAdapter) {
    throw new EngineUnavailable(
      `only a software adapter was found (${device})`,
      'Install the driver of your GPU, or set compute.allowSoftwareAdapter to try the software one.',
    );
  }
  const requiredLimits = Object.fromEntries(wantedLimits.map(limit => [limit, adapter.limits[limit]]));
  const gpuDevice = await adapter.requestDevice({
    requiredLimits,
    requiredFeatures: adapter.features.has('timestamp-query') ? ['timestamp-query'] : [],
  });
  // TensorFlow.js would go on with zeros after a shader error: nothing computed from there on is to be trusted.
  gpuDevice.onuncapturederror = event => {
    throw new Error(`WebGPU error on ${device}: ${event.error.message}`);
  };
  const { WebGPUBackend } = await import('@tensorflow/tfjs-backend-webgpu');
  removeBackend('webgpu');
  registerBackend('webgpu', () => new WebGPUBackend(gpuDevice, info), 3);
  if (!(await setBackend('webgpu'))) {
    throw new EngineUnavailable(`TensorFlow.js could not use ${device}`, 'Update the GPU driver.');
  }
  return {
    name: 'webgpu',
    device,
    version: `tfjs ${version_core}, Dawn`,
    backend: 'webgpu',
    accelerated: !info.isFallbackAdapter,
    close: async () => {
      await gpuDevice.queue.onSubmittedWorkDone();
      removeBackend('webgpu');
      gpuDevice.destroy();
    },
  };
};

/** Dawn's `navigator.gpu`, where TensorFlow.js looks for it. */
async function loadDawn(adapter: string | undefined): Promise<GPU> {
  const dawn = await import('webgpu').catch((error: Error) => {
    throw new EngineUnavailable(`the "webgpu" package does not load: ${firstLine(error)}`, dawnRemedy);
  });
  Object.assign(globalThis, dawn.globals);
  let gpu: GPU;
  try {
    gpu = dawn.create(adapter ? [`adapter=${adapter}`] : []);
  } catch (error) {
    throw new EngineUnavailable(`Dawn did not start: ${firstLine(error as Error)}`, dawnRemedy);
  }
  Object.defineProperty(globalThis, 'navigator', {
    value: { gpu, userAgent: 'node', platform: process.platform },
    configurable: true,
  });
  return gpu;
}

function firstLine(error: Error): string {
  return error.message.split('\n')[0] ?? '';
}
