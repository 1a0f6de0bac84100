import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { GpuBackend } from '../backend';
import { shaderFor, sizeOf } from '../kernel';

const threads = 256;

/**
 * The largest absolute number of each image of a gradient [batch, ...]: [batch]. Gradients of images differ by many powers of
 * ten: where the network is sure of its prediction the attack's are small, and float16 has nothing below 6e-8. So a kernel that
 * rounds them scales each image to float16's range first, by a power of two, and its result back: both are exact.
 */
export function largestOfImages(backend: GpuBackend, gradient: TensorInfo): TensorInfo {
  const [batch = 0] = gradient.shape;
  const count = sizeOf(gradient) / batch;
  const vector = count % 4 === 0;
  const largest = backend.output([batch]);
  const absolute = vector
    ? 'let number = abs(gradient[i]); most = max(most, max(max(number.x, number.y), max(number.z, number.w)));'
    : 'most = max(most, abs(gradient[i]));';
  const shader = shaderFor(`largest of images ${vector}`, () => ({
    name: 'largest of images',
    outputs: { largest: 'f32' },
    inputs: { gradient: vector ? 'vec4f' : 'f32' },
    constants: { count: 'u32' },
    code: `
var<workgroup> mosts: array<f32, ${threads}>;
@compute @workgroup_size(${threads})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) thread: u32) {
  var most = 0.0;
  let end = (group.x + 1u) * constants.count;
  for (var i = group.x * constants.count + thread; i < end; i += ${threads}u) { ${absolute} }
  mosts[thread] = most;
  for (var half = ${threads / 2}u; half > 0u; half /= 2u) {
    workgroupBarrier();
    if (thread < half) { mosts[thread] = max(mosts[thread], mosts[thread + half]); }
  }
  if (thread == 0u) { largest[group.x] = mosts[0]; }
}`,
  }));
  backend.run(shader, {
    outputs: [largest],
    inputs: [gradient],
    constants: { count: vector ? count / 4 : count },
    workgroups: [batch, 1, 1],
  });
  return largest;
}

/** WGSL: the power of two for numbers up to `largest`, and the power that undoes it. Beside a largest number of zero any will do. */
export const scaleFunctions = `
// Brings the largest number to [2^14, 2^15): float16 ends at 65504.
fn scaleFor(largest: f32) -> f32 {
  let exponent = i32((bitcast<u32>(largest) >> 23u) & 255u);
  return bitcast<f32>(u32(clamp(268 - exponent, 27, 227)) << 23u);
}
// Of powers of two; a division may round.
fn inverse(scale: f32) -> f32 { return bitcast<f32>(0x7F000000u - bitcast<u32>(scale)); }`;
