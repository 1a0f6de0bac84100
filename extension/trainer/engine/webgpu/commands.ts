import type { GpuProfile } from './profile';

/** So many dispatches are sent to the GPU together: fewer keep it waiting for JavaScript, more begin late. */
const dispatchesPerSubmit = 128;
/** Of those that are repeated JavaScript writes down so many in a millisecond or two, and sending has a price of its own. */
const repeatedPerSubmit = 512;

/** A kernel with its arrays, ready to run as often as wanted. */
export interface Dispatch {
  readonly name: string;
  readonly pipeline: GPUComputePipeline;
  readonly bindGroup: GPUBindGroup;
  readonly workgroups: readonly [number, number, number];
  /** Floating-point operations, those of the direct computation for convolutions; and bytes read and written at least. */
  readonly flops: number;
  readonly bytes: number;
}

/** Writes down what the GPU shall do, in order, and sends it in pieces. */
export class Commands {
  readonly #device: GPUDevice;
  #encoder: GPUCommandEncoder | undefined;
  #pass: GPUComputePassEncoder | undefined;
  #pending = 0;
  #dispatches = 0;
  #flops = 0;
  #profile: GpuProfile | undefined;

  constructor(device: GPUDevice) {
    this.#device = device;
  }

  /** Dispatches so far. */
  get dispatches(): number {
    return this.#dispatches;
  }

  /** Of these dispatches. */
  get flops(): number {
    return this.#flops;
  }

  /** From now on times every kernel. */
  measure(profile: GpuProfile): void {
    this.submit();
    this.#profile = profile;
  }

  dispatch({ name, pipeline, bindGroup, workgroups, flops, bytes }: Dispatch): void {
    const timing = this.#profile?.begin({ name, flops, bytes });
    if (timing) this.#endPass();
    this.#pass ??= this.#openEncoder().beginComputePass(timing ? { timestampWrites: timing } : {});
    this.#pass.setPipeline(pipeline);
    this.#pass.setBindGroup(0, bindGroup);
    this.#pass.dispatchWorkgroups(...workgroups);
    this.#dispatches++;
    this.#flops += flops;
    if (timing) this.#endPass();
    if (++this.#pending >= dispatchesPerSubmit) this.submit();
  }

  /** All of them, in order, as `dispatch` would. */
  replay(dispatches: readonly Dispatch[]): void {
    if (this.#profile) {
      for (const dispatch of dispatches) this.dispatch(dispatch);
      return;
    }
    let bound: GPUComputePipeline | undefined;
    for (const { pipeline, bindGroup, workgroups, flops } of dispatches) {
      if (!this.#pass) bound = undefined;
      this.#pass ??= this.#openEncoder().beginComputePass();
      if (pipeline !== bound) this.#pass.setPipeline(pipeline);
      bound = pipeline;
      this.#pass.setBindGroup(0, bindGroup);
      this.#pass.dispatchWorkgroups(workgroups[0], workgroups[1], workgroups[2]);
      this.#flops += flops;
      if (++this.#pending >= repeatedPerSubmit) this.submit();
    }
    this.#dispatches += dispatches.length;
  }

  copy(from: GPUBuffer, to: GPUBuffer, bytes: number): void {
    this.#endPass();
    this.#openEncoder().copyBufferToBuffer(from, 0, to, 0, bytes);
    this.#pending++;
  }

  /** Sends what is written down. What is written to buffers from JavaScript happens before everything sent later. */
  submit(): void {
    this.#endPass();
    if (!this.#encoder) return;
    this.#profile?.resolve(this.#encoder);
    this.#device.queue.submit([this.#encoder.finish()]);
    this.#encoder = undefined;
    this.#pending = 0;
    this.#profile?.submitted();
  }

  #openEncoder(): GPUCommandEncoder {
    this.#encoder ??= this.#device.createCommandEncoder({ label: 'kernels' });
    return this.#encoder;
  }

  #endPass(): void {
    this.#pass?.end();
    this.#pass = undefined;
  }
}
