import { conv2d, grads, mul, sum, type Tensor, type Tensor4D, tensor, tidy } from '@tensorflow/tfjs-core';
import { uniforms } from '../../random/draws';
import { derive, rootKey } from '../../random/key';
import type { GpuBackend } from './backend';
import { type Operands, roundedOperands } from './kernels/operands';

/** Of the largest number. Float16 has 11 digits, and sums are float32: more is no rounding. */
const tolerance = 1e-3;

/** Products of both tilings, read one by one and four at a time. */
const samples = [
  { images: [3, 9, 9, 16], filter: [3, 3, 16, 24], stride: 1 },
  { images: [3, 9, 9, 3], filter: [3, 3, 3, 7], stride: 2 },
  { images: [33, 32, 32, 36], filter: [3, 3, 36, 36], stride: 1 },
] as const;

/**
 * The first of the offered operands with which convolutions and their gradients on the current backend agree with float32 numbers
 * rounded to float16, and what was wrong with those before it. The backend then has these operands.
 */
export async function takeTrustedOperands(
  backend: GpuBackend,
  offered: readonly Operands[],
): Promise<string[]> {
  const wrong: string[] = [];
  const [plain] = offered;
  if (plain === roundedOperands) {
    backend.operands = plain;
    return wrong;
  }
  const right = await resultsWith(backend, roundedOperands);
  for (const operands of offered) {
    const fault = operands === roundedOperands ? undefined : await faultOf(backend, operands, right);
    if (fault === undefined) {
      backend.operands = operands;
      break;
    }
    wrong.push(`${operands.name} operands are not used: ${fault}`);
  }
  return wrong;
}

/** What is wrong with the results, or with the programs. */
async function faultOf(
  backend: GpuBackend,
  operands: Operands,
  right: readonly Float32Array[],
): Promise<string | undefined> {
  const { device } = backend;
  device.pushErrorScope('internal');
  device.pushErrorScope('validation');
  const found = await resultsWith(backend, operands);
  const errors = [await device.popErrorScope(), await device.popErrorScope()];
  const [error] = errors.filter(each => each !== null);
  if (error) return error.message.split('\n')[0];
  const worst = Math.max(...found.map((values, i) => relativeError(values, right[i] ?? values)));
  return worst <= tolerance ? undefined : `their convolutions are off by ${worst.toExponential(1)}`;
}

async function resultsWith(backend: GpuBackend, operands: Operands): Promise<Float32Array[]> {
  backend.operands = operands;
  const results = tidy(() => samples.flatMap(convolutionAndGradients));
  const values: Float32Array[] = [];
  for (const result of results) values.push((await result.data()) as Float32Array);
  for (const result of results) result.dispose();
  return values;
}

function convolutionAndGradients({ images, filter, stride }: (typeof samples)[number]): Tensor[] {
  const inputs = [drawn(images, 'images'), drawn(filter, 'filter')] as [Tensor4D, Tensor4D];
  const convolve = (x: Tensor, f: Tensor) => conv2d(x as Tensor4D, f as Tensor4D, stride, 'same');
  const y = convolve(...inputs);
  const gradient = drawn(y.shape, 'gradient');
  return [y, ...grads((x, f) => sum(mul(convolve(x as Tensor, f as Tensor), gradient)))(inputs)];
}

/** Uniform in [-1, 1), the same for the same purpose. */
function drawn(shape: readonly number[], purpose: string): Tensor {
  const count = shape.reduce((product, size) => product * size, 1);
  const values = uniforms(derive(rootKey(0), purpose), count);
  return tensor(
    values.map(value => 2 * value - 1),
    [...shape],
  );
}

/** Largest difference in proportion to the largest right number; not a number where a result is none. */
function relativeError(found: Float32Array, right: Float32Array): number {
  let difference = 0;
  let largest = 0;
  for (let i = 0; i < right.length; i++) {
    const gap = Math.abs((found[i] ?? Number.NaN) - (right[i] ?? Number.NaN));
    difference = gap <= difference ? difference : gap;
    largest = Math.max(largest, Math.abs(right[i] ?? 0));
  }
  return difference / largest;
}
