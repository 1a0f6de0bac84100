import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { GpuBackend } from '../backend';
import { shaderFor, sizeOf } from '../kernel';
import { type Arrays, floats } from './channels';

/** A workgroup sums 32 channels beside each other, 128 bytes of every row, with 8 threads a channel. */
const channelsWide = 32;
const rowsAtOnce = 8;
const mostStretches = 512;

/** What is wanted of all rows of each channel, computed from pairs of numbers. Code sees `channel`, its place among the channels. */
export interface ChannelSums {
  readonly name: string;
  /** Arrays [rows, channels] and numbers of each channel. */
  readonly arrays: Arrays;
  readonly perChannel: Arrays;
  /** Statements that make `pair`, a vec2f, of a stretch of rows. `eachRow` loops over them. */
  readonly ofStretch: string;
  /** Arrays [rows, channels] that those statements write. */
  readonly written?: Arrays;
  /** Statements that make `pair` of all stretches' pairs. `eachStretch` loops over those. */
  readonly ofAll: string;
  /** Results [channels], by name, and statements that write them at `channel` from `pair`. */
  readonly results: Arrays;
  readonly finish: string;
  /** Numbers that `finish` reads of each channel. */
  readonly finishReads?: Arrays;
  readonly values?: Readonly<Record<string, number>>;
}

/** A loop over the rows of a stretch, of which the thread takes every eighth: `i` is the number's place. `before`: statements before it. */
export const eachRow = (body: string, before = ''): string => `if (channel < constants.channels) {
    ${before}
    for (var row = firstRow + thread.y; row < endRow; row += ${rowsAtOnce}u) {
      let i = row * constants.channels + channel;
      ${body}
    }
  }`;

/** A loop over the stretches, of which the thread takes every eighth: `part` is its pair, `size` its rows. */
export const eachStretch = (body: string): string => `if (channel < constants.channels) {
    for (var stretch = thread.y; stretch < constants.stretches; stretch += ${rowsAtOnce}u) {
      let size = f32(min(constants.stretch, constants.rows - stretch * constants.stretch));
      let part = partOf(stretch, channel);
      ${body}
    }
  }`;

/** The entry point. `joined(sums, thread)` adds the sums of a channel's threads and gives all of them the total. */
const program = (prologue: string, body: string, store: string) => `
var<workgroup> sumsOfThreads: array<vec2f, ${channelsWide * rowsAtOnce}>;
fn joined(sums: vec2f, thread: vec3u) -> vec2f {
  sumsOfThreads[thread.y * ${channelsWide}u + thread.x] = sums;
  workgroupBarrier();
  var total = sumsOfThreads[thread.x];
  for (var other = 1u; other < ${rowsAtOnce}u; other++) { total += sumsOfThreads[other * ${channelsWide}u + thread.x]; }
  workgroupBarrier();
  return total;
}
@compute @workgroup_size(${channelsWide}, ${rowsAtOnce})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) thread: vec3u) {
  let channel = group.x * ${channelsWide}u + thread.x;
  ${prologue}
  ${body}
  if (thread.y == 0u && channel < constants.channels) { ${store} }
}`;

/**
 * Two programs. In the first every workgroup takes a stretch of rows of 32 channels, few enough to be in the cache a second
 * time; the second takes the stretches' pairs. In both a thread adds every eighth and the eight sums of a channel are joined in
 * the workgroup's memory, always in the same order: sums stay short and lose little to rounding.
 */
export function sumChannels(backend: GpuBackend, sums: ChannelSums): void {
  const { name, arrays, perChannel, written = {}, results, values = {}, finishReads = {} } = sums;
  const { rows, channels } = sizesOf(sums);
  const stretch = Math.max(64, Math.ceil(rows / mostStretches));
  const stretches = Math.ceil(rows / stretch);
  const parts = backend.output([stretches, 2, channels]);
  const sizes = { rows, channels, stretch, stretches };
  const constants = {
    ...({ rows: 'u32', channels: 'u32', stretch: 'u32', stretches: 'u32' } as const),
    ...floats(values),
  };
  const columns = Math.ceil(channels / channelsWide);
  backend.run(
    shaderFor(`${name}, stretches`, () => ({
      name: `${name}, stretches`,
      outputs: { parts: 'f32', ...floats(written) },
      inputs: floats({ ...arrays, ...perChannel }),
      constants,
      code: program(
        `let firstRow = group.y * constants.stretch;
  let endRow = min(firstRow + constants.stretch, constants.rows);`,
        sums.ofStretch,
        `let at = group.y * 2u * constants.channels + channel;
    parts[at] = pair.x;
    parts[at + constants.channels] = pair.y;`,
      ),
    })),
    {
      outputs: [parts, ...Object.values(written)],
      inputs: [...Object.values(arrays), ...Object.values(perChannel)],
      constants: { ...sizes, ...values },
      workgroups: [columns, stretches, 1],
    },
  );
  backend.run(
    shaderFor(`${name}, total`, () => ({
      name: `${name}, total`,
      outputs: floats(results),
      inputs: { parts: 'f32', ...floats(finishReads) },
      constants,
      code: `
fn partOf(stretch: u32, channel: u32) -> vec2f {
  let at = stretch * 2u * constants.channels + channel;
  return vec2f(parts[at], parts[at + constants.channels]);
}
${program('', sums.ofAll, sums.finish)}`,
    })),
    {
      outputs: Object.values(results),
      inputs: [parts, ...Object.values(finishReads)],
      constants: { ...sizes, ...values },
      workgroups: [columns, 1, 1],
    },
  );
  backend.disposeData(parts.dataId);
}

/** Rows of [rows, channels]: everything but the last axis. */
function sizesOf({ arrays, results }: ChannelSums): { rows: number; channels: number } {
  const [array] = Object.values(arrays) as [TensorInfo];
  const [result] = Object.values(results) as [TensorInfo];
  const channels = sizeOf(result);
  return { rows: sizeOf(array) / channels, channels };
}
