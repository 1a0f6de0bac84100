import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { GpuBackend } from './backend';
import { shaderFor, sizeOf } from './kernel';
import type { ConstantType, ElementType } from './shader';

const threads = 256;

/** A dimension of a dispatch has at least so many workgroups on every device. */
export const mostWorkgroups = 65535;

/** Workgroups for so many threads in a row, folded where a row would be too long. `flatIndex` is the thread's number. */
export function rowOfWorkgroups(count: number, size = threads): [number, number, number] {
  const groups = Math.ceil(count / size);
  if (groups <= mostWorkgroups) return [Math.max(1, groups), 1, 1];
  return [mostWorkgroups, Math.ceil(groups / mostWorkgroups), 1];
}

/** The entry point of a program that has a thread for each number `i`; `count` is among its constants. */
export const eachIndex = (body: string, size = threads): string => `
@compute @workgroup_size(${size})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) thread: u32) {
  let i = (group.y * groups.x + group.x) * ${size}u + thread;
  if (i >= constants.count) { return; }
  ${body}
}`;

/**
 * One pass over arrays of one size: `body` computes number `i` of every result. Four numbers at a time where the count allows,
 * for then memory is read in pieces of 16 bytes; the body is the same for `number` (f32 or vec4f).
 * `tables`: arrays of any size that the body reads where it likes, as f32.
 */
export function elementwise(
  backend: GpuBackend,
  name: string,
  outputs: Readonly<Record<string, TensorInfo>>,
  inputs: Readonly<Record<string, TensorInfo>>,
  body: string,
  {
    values = {},
    tables = {},
    flops = 0,
  }: {
    readonly values?: Readonly<Record<string, number>>;
    readonly tables?: Readonly<Record<string, TensorInfo>>;
    readonly flops?: number;
  } = {},
): void {
  const [first] = Object.values(outputs);
  if (!first) return;
  const size = sizeOf(first);
  if (size === 0) return;
  const width = size % 4 === 0 ? 4 : 1;
  const type = width === 4 ? 'vec4f' : 'f32';
  const shader = shaderFor(`${name} ${type}`, () => {
    const typed = (arrays: object, element: ElementType) =>
      Object.fromEntries(Object.keys(arrays).map(key => [key, element] as const));
    const constants: Record<string, ConstantType> = { count: 'u32' };
    for (const key of Object.keys(values)) constants[key] = 'f32';
    const code = `alias number = ${type};\n${eachIndex(body)}`;
    return {
      name,
      outputs: typed(outputs, type),
      inputs: { ...typed(inputs, type), ...typed(tables, 'f32') },
      constants,
      code,
    };
  });
  const count = size / width;
  backend.run(shader, {
    outputs: Object.values(outputs),
    inputs: [...Object.values(inputs), ...Object.values(tables)],
    constants: { ...values, count },
    workgroups: rowOfWorkgroups(count),
    flops: flops * size,
  });
}
