import type { EnginePeak } from '../engine';

/** Long enough that starting and waiting do not count. */
const leastMilliseconds = 30;
const mostDoublings = 16;
const repetitions = 3;

const threads = 256;
const chains = 8;
/** Multiply-adds of a thread in one turn of its loop: vectors of four, two operations each. */
const flopsPerTurn = chains * 4 * 2;
const turns = 512;

const each = (body: (chain: number) => string) => Array.from({ length: chains }, (_, i) => body(i)).join(' ');

/** Chains of fused multiply-adds that do not wait for each other, in registers alone. */
const multiplyAdds = `
@group(0) @binding(0) var<storage, read_write> result: array<vec4f>;
@group(0) @binding(1) var<storage, read> factor: array<vec4f>;
@compute @workgroup_size(${threads})
fn main(@builtin(global_invocation_id) id: vec3u) {
  let a = factor[0];
  let b = factor[1];
  ${each(i => `var sum${i} = b * f32(id.x + ${i}u);`)}
  for (var turn = 0u; turn < ${turns}u; turn++) {
    ${each(i => `sum${i} = fma(sum${i}, a, b);`)}
  }
  // Never true: what nobody can see would not be computed.
  let total = ${Array.from({ length: chains }, (_, i) => `sum${i}`).join(' + ')};
  if (total.x == 12345.678) { result[0] = total; }
}`;

/** Every thread copies 16 bytes, neighbours beside each other. */
const copies = `
@group(0) @binding(0) var<storage, read_write> to: array<vec4f>;
@group(0) @binding(1) var<storage, read> source: array<vec4f>;
@compute @workgroup_size(${threads})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) thread: u32) {
  let i = (group.y * groups.x + group.x) * ${threads}u + thread;
  to[i] = source[i];
}`;

/**
 * The most that this device does of float32 multiply-adds and of copying, measured: short programs that do nothing else, the
 * best of three times. Undefined for a device that takes no time, such as the one that computes nothing.
 */
export async function measurePeak(device: GPUDevice, isSoftware: boolean): Promise<EnginePeak | undefined> {
  // Enough to fill the largest GPU several times over; a processor would take seconds for them.
  const workgroups = isSoftware ? 8 : 4096;
  const flops = workgroups * threads * turns * flopsPerTurn;
  const computing = await timePerRun(device, multiplyAdds, 256, [workgroups, 1]);
  // Beyond the caches, and in a limit of 65535 workgroups a row.
  const { maxStorageBufferBindingSize, maxBufferSize } = device.limits;
  const bytes = Math.min(isSoftware ? 2 ** 24 : 2 ** 28, maxStorageBufferBindingSize, maxBufferSize);
  const rows = Math.floor(bytes / (16 * threads) / 1024);
  const copying = await timePerRun(device, copies, 1024 * rows * threads * 16, [1024, rows]);
  if (computing === undefined || copying === undefined) return undefined;
  return {
    teraflopsPerSecond: flops / computing / 1e9,
    gigabytesPerSecond: (2 * 1024 * rows * threads * 16) / copying / 1e6,
  };
}

/** Milliseconds of one run of a program that writes one array and reads another of so many bytes. */
async function timePerRun(
  device: GPUDevice,
  code: string,
  size: number,
  workgroups: readonly [number, number],
): Promise<number | undefined> {
  const label = 'peak';
  const module = device.createShaderModule({ label, code });
  const pipeline = device.createComputePipeline({ label, layout: 'auto', compute: { module } });
  const arrays = [0, 1].map(() => device.createBuffer({ label, size, usage: GPUBufferUsage.STORAGE }));
  const bindGroup = device.createBindGroup({
    label,
    layout: pipeline.getBindGroupLayout(0),
    entries: arrays.map((buffer, binding) => ({ binding, resource: { buffer } })),
  });
  const time = async (runs: number): Promise<number> => {
    const encoder = device.createCommandEncoder({ label });
    const pass = encoder.beginComputePass();
    pass.setPipeline(pipeline);
    pass.setBindGroup(0, bindGroup);
    for (let i = 0; i < runs; i++) pass.dispatchWorkgroups(...workgroups);
    pass.end();
    const commands = encoder.finish();
    const start = performance.now();
    device.queue.submit([commands]);
    await device.queue.onSubmittedWorkDone();
    return performance.now() - start;
  };
  try {
    await time(1);
    let runs = 1;
    for (let doubling = 0; doubling < mostDoublings; doubling++) {
      if ((await time(runs)) >= leastMilliseconds) {
        const times: number[] = [];
        for (let i = 0; i < repetitions; i++) times.push(await time(runs));
        return Math.min(...times) / runs;
      }
      runs *= 2;
    }
    return undefined;
  } finally {
    for (const buffer of arrays) buffer.destroy();
  }
}
