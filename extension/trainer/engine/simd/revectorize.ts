import { setFlagsFromString } from 'node:v8';
import { instantiate } from './instantiate';
import type { Operation } from './operation';
import { operations } from './operations/table';
import { SharedMemory } from './sharedMemory';

/** V8's revectorizer joins pairs of 128-bit instructions to 256-bit ones. Older versions lack it, or it does nothing there. */
const firstNodeVersion = 24;

export interface CompiledKernels {
  readonly module: WebAssembly.Module;
  readonly revectorized: boolean;
  /** Why the revectorizer is not used though it was wanted. */
  readonly notes: readonly string[];
}

/**
 * Compiles the kernels with V8's optimising compiler at once, and with its revectorizer where that is wanted, there, and
 * passes the check: every operation's sample must give the same bits as without it.
 */
export function compileKernels(bytes: Uint8Array<ArrayBuffer>, wanted: boolean): CompiledKernels {
  const plain = compile(bytes);
  if (!wanted) return { module: plain, revectorized: false, notes: [] };
  const node = process.versions.node;
  if (Number.parseInt(node, 10) < firstNodeVersion) {
    const note = `Node ${node} has no working revectorizer for WebAssembly; Node ${firstNodeVersion} is up to twice as fast`;
    return { module: plain, revectorized: false, notes: [note] };
  }
  setFlagsFromString('--experimental-wasm-revectorize');
  const module = compile(marked(bytes, 'revectorized'));
  setFlagsFromString('--no-experimental-wasm-revectorize');
  const wrong = firstDifference(plain, module);
  if (wrong === undefined) return { module, revectorized: true, notes: [] };
  const note = `V8's revectorizer changes the result of "${wrong}" on Node ${node} and is not used`;
  return { module: plain, revectorized: false, notes: [note] };
}

/** Without the baseline compiler and without waiting for a function's first call: the first step is as fast as the rest. */
function compile(bytes: Uint8Array<ArrayBuffer>): WebAssembly.Module {
  setFlagsFromString('--no-liftoff');
  setFlagsFromString('--no-wasm-lazy-compilation');
  try {
    return new WebAssembly.Module(bytes);
  } finally {
    setFlagsFromString('--wasm-lazy-compilation');
    setFlagsFromString('--liftoff');
  }
}

/** The same module with a custom section: V8 keeps compiled modules by their bytes and would answer with the old one. */
function marked(bytes: Uint8Array, text: string): Uint8Array<ArrayBuffer> {
  const name = new TextEncoder().encode(text);
  return Uint8Array.from([...bytes, 0, name.length + 1, name.length, ...name]);
}

/** Samples and their scratch lie within this. */
export const sampleBytes = 4 << 20;
const sampleScratch = 3 << 20;

/** The name of the first operation whose sample differs between the two modules. */
function firstDifference(expected: WebAssembly.Module, found: WebAssembly.Module): string | undefined {
  const content = ordinaryNumbers();
  const [a, b] = [sampleRunner(expected, content), sampleRunner(found, content)];
  return operations.find(operation =>
    [operation.sample, ...(operation.moreSamples ?? [])].some(
      sample => !a(operation, sample).equals(b(operation, sample)),
    ),
  )?.name;
}

/** Numbers in [-1, 1) that fill the memory. */
function ordinaryNumbers(): Float32Array {
  const numbers = new Float32Array(sampleBytes / 4);
  for (let i = 0; i < numbers.length; i++) {
    numbers[i] = ((Math.imul(i, 0x9e3779b1) >>> 8) - 0x800000) / 0x800000;
  }
  return numbers;
}

/** Does an operation on its sample in memory of that content, and answers with all of the memory. */
function sampleRunner(
  module: WebAssembly.Module,
  content: Float32Array,
): (operation: Operation, sample: Operation['sample']) => Buffer {
  const memory = new SharedMemory(sampleBytes);
  memory.growTo(sampleBytes);
  const numbers = memory.floats(0, sampleBytes / 4);
  const kernels = instantiate(module, memory.memory, true);
  return (operation, sample) => {
    numbers.set(content);
    for (let part = operation.parts(sample) - 1; part >= 0; part--) {
      operation.run(kernels, sample, part, sampleScratch);
    }
    return Buffer.from(numbers.buffer, 0, sampleBytes);
  };
}
