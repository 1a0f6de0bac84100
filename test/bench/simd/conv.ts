import path from 'node:path';
import {
  Convolutions,
  type WinogradChoice,
} from '../../../extension/trainer/engine/simd/convolution/convolutions';
import { directFlops, type Geometry } from '../../../extension/trainer/engine/simd/convolution/geometry';
import { physicalCores } from '../../../extension/trainer/engine/simd/cores';
import { bestBuild, type KernelBuild } from '../../../extension/trainer/engine/simd/features';
import { SimdMachine } from '../../../extension/trainer/engine/simd/machine';
import { spin } from '../../../extension/trainer/engine/simd/operations/spin';
import { Profile } from '../../../extension/trainer/engine/simd/profile';

type Shape = readonly [
  batch: number,
  side: number,
  inputs: number,
  outputs: number,
  filter: number,
  stride: number,
];

const shapes: readonly Shape[] = [
  [64, 32, 16, 16, 3, 1],
  [64, 32, 32, 32, 3, 1],
  [64, 32, 64, 64, 3, 1],
  [64, 16, 128, 128, 3, 1],
  [64, 8, 256, 256, 3, 1],
  [64, 4, 512, 512, 3, 1],
  [128, 28, 32, 32, 3, 1],
  [128, 14, 64, 64, 3, 1],
  [64, 28, 1, 32, 3, 1],
  [64, 32, 3, 16, 3, 1],
  [64, 32, 3, 64, 3, 1],
  [64, 32, 64, 128, 3, 2],
  [64, 8, 256, 512, 3, 2],
  [64, 32, 64, 128, 1, 2],
  [64, 32, 64, 128, 1, 1],
];

/**
 * Effective GFLOP/s (of the direct computation) of convolutions and their gradients, and how long the transform of the filters
 * takes; the fastest of several calls, for the machine may be shared. With part of a shape's name, the operations of those shapes.
 *
 *     npm run build
 *     node test/run.mjs test/bench/simd/conv.ts [threads] [yes|no: revectorize] [relaxed|plain] [4x4|2x2|off] [shape]
 */
export async function main(args: readonly string[]): Promise<void> {
  const [
    threads = String(physicalCores()),
    revectorize = 'yes',
    build = bestBuild(),
    winograd = '4x4',
    part,
  ] = args;
  const machine = await SimdMachine.open({
    folder: path.resolve('dist'),
    threads: Number(threads),
    revectorize: revectorize === 'yes',
    build: build as KernelBuild,
  });
  const width = machine.revectorized ? 256 : 128;
  console.log(
    `Node ${process.versions.node}, ${build}, ${width} bits, ${threads} threads; ${machine.notes.join('; ')}`,
  );
  console.log(`peak of 128-bit multiply-adds: ${arithmeticPeak(machine).toFixed(0)} GFLOP/s`);
  console.log('shape                              forward  input  filter   transform of filters, ms');
  const convolutions = new Convolutions(machine, winograd as WinogradChoice);
  for (const shape of shapes) {
    if (part && !nameOf(shape).includes(part)) continue;
    measureShape(machine, convolutions, shape, part !== undefined);
  }
  await machine.close();
}

function arithmeticPeak(machine: SimdMachine): number {
  const args = { address: machine.allocate(64 * machine.threads), turns: 1_000_000, parts: machine.threads };
  const milliseconds = fastest(() => machine.run(spin, args));
  machine.release(args.address);
  return spin.cost(args).flops / milliseconds / 1e6;
}

function measureShape(
  machine: SimdMachine,
  convolutions: Convolutions,
  shape: Shape,
  withProfile: boolean,
): void {
  const g = geometryOf(shape);
  const images = g.batch * g.inHeight * g.inWidth * g.inputs;
  const filters = g.filterHeight * g.filterWidth * g.inputs * g.outputs;
  const results = g.batch * g.outHeight * g.outWidth * g.outputs;
  const counts = [images, filters, results, images, filters];
  const bytes = counts.map(count => 4 * count);
  machine.withBuffers(bytes, (x = 0, w = 0, y = 0, xGradient = 0, wGradient = 0) => {
    for (const [i, address] of [x, w, y].entries()) {
      const values = machine.floats(address, counts[i] ?? 0);
      for (let j = 0; j < values.length; j++) values[j] = Math.sin(j);
    }
    const key = { id: 1, version: 0 };
    const work = [
      () => convolutions.forward(g, x, w, y, key),
      () => convolutions.inputGradient(g, y, w, xGradient, key),
      () => convolutions.filterGradient(g, x, y, wGradient),
    ];
    const cached = fastest(() => convolutions.forward(g, x, w, y, key));
    let version = 0;
    const anew = fastest(() => convolutions.forward(g, x, w, y, { id: 2, version: version++ }));
    const speeds = work.map(one => (directFlops(g) / fastest(one) / 1e6).toFixed(0).padStart(7));
    console.log(nameOf(shape).padEnd(34), ...speeds, (anew - cached).toFixed(1).padStart(8));
    if (withProfile) printProfile(machine, work);
    convolutions.clear();
  });
}

function printProfile(machine: SimdMachine, work: readonly (() => void)[]): void {
  const profile = new Profile();
  machine.measure(profile);
  for (let i = 0; i < 20; i++) for (const one of work) one();
  machine.measure(undefined);
  for (const { name, calls, milliseconds, flops, bytes } of profile.rows()) {
    const time = `${calls} x ${(milliseconds / calls).toFixed(3)} ms`;
    const rates = `${(flops / milliseconds / 1e6).toFixed(0)} GFLOP/s, ${(bytes / milliseconds / 1e6).toFixed(0)} GB/s`;
    console.log(`    ${name.padEnd(26)} ${time}, ${rates}`);
  }
}

function geometryOf([batch, side, inputs, outputs, filter, stride]: Shape): Geometry {
  const out = Math.ceil(side / stride);
  const pad = (filter - 1) / 2;
  const square = { inHeight: side, inWidth: side, outHeight: out, outWidth: out, padTop: pad, padLeft: pad };
  const taps = { filterHeight: filter, filterWidth: filter, strideHeight: stride, strideWidth: stride };
  return { batch, inputs, outputs, ...square, ...taps };
}

function nameOf([batch, side, inputs, outputs, filter, stride]: Shape): string {
  return `${batch} x ${side}x${side}, ${inputs} to ${outputs}, ${filter}x${filter} / ${stride}`;
}

/** Milliseconds of the fastest call within a third of a second. */
function fastest(work: () => void): number {
  let best = Number.POSITIVE_INFINITY;
  const end = performance.now() + 350;
  for (let i = 0; i < 3 || performance.now() < end; i++) {
    const start = performance.now();
    work();
    best = Math.min(best, performance.now() - start);
  }
  return best;
}
