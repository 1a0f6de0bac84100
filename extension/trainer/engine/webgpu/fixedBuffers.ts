/** The oldest are forgotten beyond this; a large network keeps all of its own. */
const remembered = 8192;

/**
 * Small buffers that are never written again: the constants of kernels (shapes, counts, factors) and small arrays from
 * JavaScript. The same ones come again with every step, so one is made for each content.
 */
export class FixedBuffers {
  readonly #device: GPUDevice;
  readonly #usage: GPUBufferUsageFlags;
  readonly #buffers = new Map<string, GPUBuffer>();

  constructor(device: GPUDevice, usage: GPUBufferUsageFlags) {
    this.#device = device;
    this.#usage = usage;
  }

  /** `words`: the content, 4 bytes each. */
  of(words: Uint32Array): GPUBuffer {
    const key = words.join();
    const known = this.#buffers.get(key);
    if (known) return known;
    const buffer = this.#device.createBuffer({
      label: 'constants',
      size: 16 * Math.max(1, Math.ceil(words.length / 4)),
      usage: this.#usage,
      mappedAtCreation: true,
    });
    new Uint32Array(buffer.getMappedRange()).set(words);
    buffer.unmap();
    this.#buffers.set(key, buffer);
    if (this.#buffers.size > remembered) {
      const [oldest] = this.#buffers.keys();
      // Not destroyed: a recorded step may still use it.
      if (oldest !== undefined) this.#buffers.delete(oldest);
    }
    return buffer;
  }
}
