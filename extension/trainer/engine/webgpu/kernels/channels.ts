import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { GpuBackend } from '../backend';
import { eachIndex, rowOfWorkgroups } from '../elementwise';
import { shaderFor, sizeOf } from '../kernel';
import type { ElementType } from '../shader';

/** Rows of [rows, channels]: everything but the last axis. */
export const rowsAndChannels = (x: TensorInfo, channel: TensorInfo): { rows: number; channels: number } => {
  const channels = sizeOf(channel);
  return { rows: sizeOf(x) / channels, channels };
};

type Arrays = Readonly<Record<string, TensorInfo>>;

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
    const floats = Object.fromEntries(Object.keys(values).map(key => [key, 'f32'] as const));
    return {
      name,
      outputs: typed(outputs),
      inputs: typed({ ...arrays, ...perChannel }),
      constants: { count: 'u32', channels: 'u32', ...floats },
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

/** A workgroup sums 32 channels beside each other, 128 bytes of every row, with 8 threads a channel. */
const channelsWide = 32;
const rowsAtOnce = 8;
const mostParts = 512;

/** Two sums a channel over all rows. */
export interface PairOfSums {
  readonly name: string;
  /** Arrays [rows, channels] and numbers of each channel, read as `array[i]` and `array[channel]`. */
  readonly arrays: Arrays;
  readonly perChannel: Arrays;
  /** Statements before the rows, that may read the channel's numbers. */
  readonly prologue?: string;
  /** Statements that add what row `i` gives to `first` and `second`. */
  readonly body: string;
  /** Results [channels], by name, and statements that write them at `channel` from `first` and `second`. */
  readonly results: Arrays;
  readonly finish: string;
  /** Numbers that `finish` reads of each channel. */
  readonly finishReads?: Arrays;
  readonly values?: Readonly<Record<string, number>>;
}

/**
 * Sums over batch, height and width in two programs. In the first every workgroup takes a stretch of rows of 32 channels: a
 * thread adds every eighth of them, the eight sums of a channel are joined in the workgroup's memory. The second adds the
 * stretches in their order, a thread a channel, and computes what is wanted of the sums. Short sums lose little to rounding.
 */
export function sumPairs(backend: GpuBackend, sums: PairOfSums): void {
  const { name, arrays, perChannel, results, values = {}, finishReads = {} } = sums;
  const [array] = Object.values(arrays);
  const [result] = Object.values(results);
  if (!array || !result) return;
  const { rows, channels } = rowsAndChannels(array, result);
  const stretch = Math.max(64, Math.ceil(rows / mostParts));
  const parts = Math.ceil(rows / stretch);
  const partial = backend.output([parts, 2, channels]);
  const floats = (of: object) => Object.fromEntries(Object.keys(of).map(key => [key, 'f32'] as const));
  backend.run(
    shaderFor(`${name}, sums`, () => ({
      name: `${name}, sums`,
      outputs: { partial: 'f32' },
      inputs: floats({ ...arrays, ...perChannel }),
      constants: { rows: 'u32', channels: 'u32', stretch: 'u32', ...floats(values) },
      code: `
var<workgroup> firsts: array<f32, ${channelsWide * rowsAtOnce}>;
var<workgroup> seconds: array<f32, ${channelsWide * rowsAtOnce}>;
@compute @workgroup_size(${channelsWide}, ${rowsAtOnce})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) thread: vec3u) {
  let channel = group.x * ${channelsWide}u + thread.x;
  var first = 0.0;
  var second = 0.0;
  if (channel < constants.channels) {
    ${sums.prologue ?? ''}
    let end = min((group.y + 1u) * constants.stretch, constants.rows);
    for (var row = group.y * constants.stretch + thread.y; row < end; row += ${rowsAtOnce}u) {
      let i = row * constants.channels + channel;
      ${sums.body}
    }
  }
  let at = thread.y * ${channelsWide}u + thread.x;
  firsts[at] = first;
  seconds[at] = second;
  workgroupBarrier();
  if (thread.y == 0u && channel < constants.channels) {
    for (var other = 1u; other < ${rowsAtOnce}u; other++) {
      first += firsts[other * ${channelsWide}u + thread.x];
      second += seconds[other * ${channelsWide}u + thread.x];
    }
    partial[(group.y * 2u) * constants.channels + channel] = first;
    partial[(group.y * 2u + 1u) * constants.channels + channel] = second;
  }
}`,
    })),
    {
      outputs: [partial],
      inputs: [...Object.values(arrays), ...Object.values(perChannel)],
      constants: { rows, channels, stretch, ...values },
      workgroups: [Math.ceil(channels / channelsWide), parts, 1],
    },
  );
  backend.run(
    shaderFor(`${name}, totals`, () => ({
      name: `${name}, totals`,
      outputs: floats(results),
      inputs: { partial: 'f32', ...floats(finishReads) },
      constants: { count: 'u32', parts: 'u32', rows: 'f32', ...floats(values) },
      code: eachIndex(
        `let channel = i;
  let channels = constants.count;
  var first = 0.0;
  var second = 0.0;
  for (var part = 0u; part < constants.parts; part++) {
    first += partial[(part * 2u) * channels + channel];
    second += partial[(part * 2u + 1u) * channels + channel];
  }
  ${sums.finish}`,
        64,
      ),
    })),
    {
      outputs: Object.values(results),
      inputs: [partial, ...Object.values(finishReads)],
      constants: { count: channels, parts, rows, ...values },
      workgroups: rowOfWorkgroups(channels, 64),
    },
  );
  backend.disposeData(partial.dataId);
}
