import { createRequire } from 'node:module';
import { EngineUnavailable } from '../engine';

const flags = [
  // Times of kernels to the nanosecond instead of a tenth of a millisecond, which protects web pages from each other.
  'disable-dawn-features=timestamp_quantization',
  // Without them adapters keep float16 and tensor cores to themselves; a device has neither unless it asks.
  'enable-dawn-features=allow_unsafe_apis,vulkan_enable_f16_on_nvidia',
];

/** Dawn, Google's WebGPU, from the "webgpu" package. */
export interface Dawn {
  readonly gpu: GPU;
  /** Of the package. */
  readonly version: string;
  /** Lets go of Dawn: Node does not exit while it can be reached, and it may not be collected before its devices. */
  stop(): void;
}

const started = new Set<GPU>();

/**
 * Starts Dawn, whose classes become global as in a browser. `adapter`: part of an adapter's name.
 * Throws `EngineUnavailable`, each failure with its own remedy.
 */
export async function startDawn(adapter: string | undefined): Promise<Dawn> {
  // Dawn's own backend that computes nothing: what is measured on it is the cost of JavaScript.
  const idle = adapter === 'null';
  if (!idle) requireVulkanLoader();
  const dawn = await import('webgpu').catch((error: NodeJS.ErrnoException) => {
    throw packageUnavailable(error);
  });
  Object.assign(globalThis, dawn.globals);
  const gpu = dawn.create([...flags, ...(idle ? ['backend=null'] : adapter ? [`adapter=${adapter}`] : [])]);
  started.add(gpu);
  return { gpu, version: packageVersion(), stop: () => started.delete(gpu) };
}

/** Throws `EngineUnavailable`: Dawn knows only when asked for an adapter whether the one that was named is there. */
export async function requestAdapter({ gpu }: Dawn, named: string | undefined): Promise<GPUAdapter> {
  const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' }).catch((error: Error) => {
    if (!named) throw error;
    const others = [...error.message.matchAll(/name: '([^']*)'/g)].map(([, name]) => `"${name}"`);
    throw new EngineUnavailable(
      `no WebGPU adapter has "${named}" in its name`,
      `Set compute.webgpuAdapter to a part of ${others.join(' or ') || "an adapter's name"}, or leave it out.`,
    );
  });
  if (adapter) return adapter;
  throw new EngineUnavailable(
    'no GPU that Dawn can use',
    process.platform === 'linux'
      ? "Install the GPU's driver with its Vulkan part; `vulkaninfo --summary` lists the GPUs that have one. In a container, " +
          'pass the GPU through with its graphics capability.'
      : "Install or update the GPU's driver.",
  );
}

/**
 * Without the Vulkan loader Dawn finds no GPU on Linux and writes a warning to the console, past us. Loading it as an addon
 * tells in advance: it is none, but that Node says only when the library is there.
 */
function requireVulkanLoader(): void {
  if (process.platform !== 'linux') return;
  try {
    process.dlopen({ exports: {} }, 'libvulkan.so.1');
  } catch (error) {
    if (!(error as Error).message.includes('cannot open shared object file')) return;
    throw new EngineUnavailable(
      'the Vulkan loader, libvulkan.so.1, is not installed',
      "Install it (libvulkan1 on Debian and Ubuntu, vulkan-loader on Fedora) and the GPU's driver.",
    );
  }
}

function packageUnavailable(error: NodeJS.ErrnoException): EngineUnavailable {
  if (error.code === 'ERR_MODULE_NOT_FOUND' || error.code === 'MODULE_NOT_FOUND') {
    return new EngineUnavailable(
      'the "webgpu" package is not installed',
      'Install it beside the trainer (npm install webgpu).',
    );
  }
  return new EngineUnavailable(
    `the "webgpu" package does not load: ${error.message.split('\n')[0]}`,
    `It has binaries for Windows, macOS and Linux with a recent glibc, for x64 and arm64; this is ${process.platform} ${process.arch}.`,
  );
}

function packageVersion(): string {
  const { version } = createRequire(__filename)('webgpu/package.json') as { version: string };
  return version;
}
