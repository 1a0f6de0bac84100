import { DeviceLost } from '../deviceLost';
import type { Commands } from './commands';
import type { Health } from './faults';

/** The first `size` bytes of a buffer, once the GPU has done what was asked before. Rejects with what went wrong on it since the last time. */
export async function readBack(
  {
    device,
    commands,
    health,
  }: { readonly device: GPUDevice; readonly commands: Commands; readonly health: Health },
  buffer: GPUBuffer,
  size: number,
): Promise<ArrayBuffer> {
  const staging = device.createBuffer({
    label: 'numbers to read',
    size,
    usage: GPUBufferUsage.COPY_DST | GPUBufferUsage.MAP_READ,
  });
  commands.copy(buffer, staging, size);
  commands.submit();
  await staging.mapAsync(GPUMapMode.READ).catch(async (error: Error) => {
    // An array is not mapped because the device is gone, or because it could not be made.
    await Promise.race([device.lost, new Promise(resolve => setImmediate(resolve))]);
    health.check();
    throw new DeviceLost(`the GPU does not answer: ${error.message}`);
  });
  health.check();
  const bytes = staging.getMappedRange().slice(0);
  staging.destroy();
  return bytes;
}
