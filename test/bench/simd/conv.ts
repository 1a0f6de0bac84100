/**
 * Effective GFLOP/s (of the direct computation) of convolutions and their gradients on the simd engine, a line for each shape,
 * and the machine's measured peak. The best of several repetitions, for the machine may be shared.
 *
 *   npm run build && node test/run.mjs test/bench/simd/conv.ts [threads] [revectorize: yes|no] [plain|relaxed] [4x4|2x2|off]
 */
import { assetFolder } from '../../../extension/trainer/engine/assets';
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

const [threads = String(physicalCores()), revectorize = 'yes', build = bestBuild(), winograd = '4x4', only] =
  process.argv.slice(2);

/** batch, side, inputs, outputs, filter, stride */
const shapes: readonly (readonly [number, number, number, number, number, number])[] = [
  [64, 32, 16, 16, 3, 1],
  [64, 32, 32, 32, 3, 1],
  [64, 32, 64, 64, 3, 1],
  [64, 16, 128, 128, 3, 1],
  [64, 8, 256, 256, 3, 1],
  [64, 4, 512, 512, 3, 1],
  [128, 28, 32, 32, 3, 1],
  [128, 14, 64, 64, 3, 1],
  [64, 32, 3, 64, 3, 1],
  [64, 32, 64, 128, 3, 2],
  [64, 8, 256, 512, 3, 2],
  [64, 32, 64, 128, 1, 2],
  [64, 32, 64, 128, 1, 1],
];

function geometryOf([batch, side, inputs, outputs, filter, stride]: (typeof shapes)[number]): Geometry {
  const out = Math.ceil(side / stride);
  const pad = (filter - 1) / 2;
  const square = { inHeight: side, inWidth: side, outHeight: out, outWidth: out, padTop: pad, padLeft: pad };
  const taps = { filterHeight: filter, filterWidth: filter, strideHeight: stride, strideWidth: stride };
  return { batch, inputs, outputs, ...square, ...taps };
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

const machine = await SimdMachine.open({
  folder: assetFolder(),
  threads: Number(threads),
  revectorize: revectorize === 'yes',
  build: build as KernelBuild,
});
const convolutions = new Convolutions(machine, winograd as WinogradChoice);
const arithmetic = { address: machine.allocate(4096), turns: 1_000_000, parts: machine.threads };
const peak = spin.cost(arithmetic).flops / fastest(() => machine.run(spin, arithmetic)) / 1e6;
console.log(
  `Node ${process.versions.node}, ${machine.build}, revectorized ${machine.revectorized}, ${machine.threads} threads`,
);
console.log(machine.notes.join('\n'));
console.log(`peak of 8 independent multiply-adds: ${peak.toFixed(0)} GFLOP/s`);
console.log('shape                              forward  input  filter  (weights ms)');
for (const shape of shapes) {
  const g = geometryOf(shape);
  const [batch, side, inputs, outputs, filter, stride] = shape;
  const name = `${batch} x ${side}x${side}, ${inputs} to ${outputs}, ${filter}x${filter} / ${stride}`;
  if (only && !name.includes(only)) continue;
  const counts = [
    batch * side * side * inputs,
    filter * filter * inputs * outputs,
    batch * g.outHeight * g.outWidth * outputs,
  ];
  const [images = 0, filters = 0, result = 0, imagesGradient = 0, filtersGradient = 0] = [
    ...counts,
    ...counts,
  ].map(count => {
    const address = machine.allocate(4 * count);
    const values = machine.floats(address, count);
    for (let i = 0; i < count; i++) values[i] = Math.sin(i);
    return address;
  });
  const key = { id: 1, version: 1 };
  const profile = new Profile();
  const speed = (work: () => void): string => {
    const milliseconds = fastest(work);
    return (directFlops(g) / milliseconds / 1e6).toFixed(0).padStart(6);
  };
  const weights = fastest(() =>
    convolutions.forward(g, images, filters, result, { id: 1, version: Math.random() }),
  );
  const cached = fastest(() => convolutions.forward(g, images, filters, result, { id: 2, version: 1 }));
  console.log(
    name.padEnd(36),
    speed(() => convolutions.forward(g, images, filters, result, key)),
    speed(() => convolutions.inputGradient(g, result, filters, imagesGradient, key)),
    speed(() => convolutions.filterGradient(g, images, result, filtersGradient)),
    `  ${(weights - cached).toFixed(1)}`,
  );
  if (only) {
    machine.measure(profile);
    for (let i = 0; i < 20; i++) {
      convolutions.forward(g, images, filters, result, key);
      convolutions.inputGradient(g, result, filters, imagesGradient, key);
      convolutions.filterGradient(g, images, result, filtersGradient);
    }
    machine.measure(undefined);
    for (const { name, calls, milliseconds, flops, bytes } of profile.rows()) {
      const figures = `${(milliseconds / calls).toFixed(3)} ms, ${(flops / milliseconds / 1e6).toFixed(0)} GFLOP/s`;
      console.log(`    ${name}: ${calls} x ${figures}, ${(bytes / milliseconds / 1e6).toFixed(0)} GB/s`);
    }
  }
  convolutions.clear();
  for (const address of [images, filters, result, imagesGradient, filtersGradient]) machine.release(address);
}
await machine.close();
