import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { GpuBackend } from '../backend';
import { eachIndex, rowOfWorkgroups } from '../elementwise';
import { shaderFor, sizeOf } from '../kernel';
import type { ElementType } from '../shader';

/** Types of arrays or constants of these names: numbers. */
export const floats = (named: object): Readonly<Record<string, 'f32'>> =>
  Object.fromEntries(Object.keys(named).map(name => [name, 'f32'] as const));

/** By the names that a program's code has for them. */
export type Arrays = Readonly<Record<string, TensorInfo>>;

/**
 * One pass over arrays [..., channels] with numbers of each channel beside them: `body` computes number `i` of the result, with
 * `channel` its place among the channels. Four channels at a time where their number allows.
 */
export function eachChannel(
  backend: GpuBackend,
  name: string,
  outputs: Arrays,
  arrays: Arrays,
  perChannel: Arrays,
  body: string,
  values: Readonly<Record<string, number>> = {},
): void {
  const [first] = Object.values(outputs);
  const [channel] = Object.values(perChannel);
  if (!first || !channel || sizeOf(first) === 0) return;
  const channels = sizeOf(channel);
  const width = channels % 4 === 0 ? 4 : 1;
  const type: ElementType = width === 4 ? 'vec4f' : 'f32';
  const shader = shaderFor(`${name} ${type}`, () => {
    const typed = (of: Arrays) => Object.fromEntries(Object.keys(of).map(key => [key, type] as const));
    return {
      name,
      outputs: typed(outputs),
      inputs: typed({ ...arrays, ...perChannel }),
      constants: { count: 'u32', channels: 'u32', ...floats(values) },
      code: `alias number = ${type};\n${eachIndex(`let channel = i % constants.channels;\n  ${body}`)}`,
    };
  });
  const count = sizeOf(first) / width;
  backend.run(shader, {
    outputs: Object.values(outputs),
    inputs: [...Object.values(arrays), ...Object.values(perChannel)],
    constants: { ...values, count, channels: channels / width },
    workgroups: rowOfWorkgroups(count),
  });
}
