import { DeviceLost } from '../deviceLost';
import { Health, KernelRefused, refusal } from './faults';

/** The limits that kernels can use; a device has the least ones unless asked for more. */
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

const wantedFeatures: readonly GPUFeatureName[] = ['timestamp-query', 'subgroups'];

export interface OpenDevice {
  readonly device: GPUDevice;
  readonly health: Health;
  /** To be called when the device runs out of memory. */
  onOutOfMemory: () => void;
}

/** A device with all that the adapter has of what kernels can use; what goes wrong on it is put down in `health`. */
export async function openDevice(
  adapter: GPUAdapter,
  name: string,
  moreFeatures: readonly GPUFeatureName[] = [],
): Promise<OpenDevice> {
  const device = await adapter.requestDevice({
    requiredLimits: Object.fromEntries(wantedLimits.map(limit => [limit, adapter.limits[limit]])),
    requiredFeatures: [...wantedFeatures, ...moreFeatures].filter(feature => adapter.features.has(feature)),
  });
  const health = new Health();
  const opened: OpenDevice = { device, health, onOutOfMemory: () => {} };
  // TensorFlow.js would go on with zeros after an error: nothing computed from there on is to be trusted.
  device.onuncapturederror = event => {
    const { error } = event;
    event.preventDefault();
    if (error.constructor.name === 'GPUOutOfMemoryError') opened.onOutOfMemory();
    else if (error.constructor.name === 'GPUInternalError')
      health.fail(new KernelRefused(`${name}: ${error.message}`));
    else health.fail(refusal(name, error));
  };
  device.lost.then(({ message }) => {
    health.fail(new DeviceLost(`the GPU was lost (${name}): ${message || 'no reason was given'}`));
  });
  return opened;
}
