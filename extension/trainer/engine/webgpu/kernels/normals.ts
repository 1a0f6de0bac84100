import type { TensorInfo } from '@tensorflow/tfjs-core';
import { DrawsBelow, type DrawsBelowAttributes } from '../../../fused/drawsBelow';
import { KeyedNormals, type KeyedNormalsAttributes } from '../../../fused/keyedNormals';
import type { GpuBackend } from '../backend';
import { eachIndex, rowOfWorkgroups } from '../elementwise';
import { kernel, sizeOf } from '../kernel';
import { logarithm } from './series';

const longestPath = 3;
const counters = Array.from({ length: longestPath }, (_, i) => [`word${i}`, `kind${i}`] as const);

/**
 * Number pairs of a key from Threefry-2x32 with 20 rounds, bit for bit those of random/threefry.ts. The key is the one that a
 * path of counters leads to from the root, as in random/key.ts.
 */
const pairs = (name: string, declarations: string, pair: string) =>
  ({
    name,
    outputs: { drawn: 'f32' },
    inputs: { root: 'u32' },
    constants: {
      count: 'u32',
      numbers: 'u32',
      parts: 'u32',
      ...Object.fromEntries(counters.flat().map(constant => [constant, 'u32'] as const)),
    },
    code: `
fn rotateLeft(word: u32, distance: u32) -> u32 { return (word << distance) | (word >> (32u - distance)); }

const distances = array<u32, 8>(13u, 15u, 26u, 6u, 17u, 29u, 16u, 24u);

fn threefry(key: vec2u, counter: vec2u) -> vec2u {
  let keys = array<u32, 3>(key.x, key.y, 0x1bd11bdau ^ key.x ^ key.y);
  var x0 = counter.x + keys[0];
  var x1 = counter.y + keys[1];
  for (var group = 0u; group < 5u; group++) {
    for (var round = 0u; round < 4u; round++) {
      x0 += x1;
      x1 = rotateLeft(x1, distances[(group % 2u) * 4u + round]) ^ x0;
    }
    x0 += keys[(group + 1u) % 3u];
    x1 += keys[(group + 2u) % 3u] + group + 1u;
  }
  return vec2u(x0, x1);
}

fn keyBelow() -> vec2u {
  var key = vec2u(root[0], root[1]);
  ${counters.map(([word, kind], i) => `if (constants.parts > ${i}u) { key = threefry(key, vec2u(constants.${word}, constants.${kind})); }`).join('\n  ')}
  return key;
}
${declarations}
${eachIndex(`let words = threefry(keyBelow(), vec2u(i, 0u));
  let pair = ${pair};
  drawn[2u * i] = pair.x;
  if (2u * i + 1u < constants.numbers) { drawn[2u * i + 1u] = pair.y; }`)}`,
  }) as const;

/** In steps of 2^-24, exactly as random/draws.ts makes them. */
const uniformPairs = pairs('KeyedUniforms', '', 'vec2f(words >> vec2u(8u)) * 5.9604644775390625e-8');

/**
 * The Box-Muller transform in float32. Logarithm, sine and cosine are series of our own, since a GPU's may be coarse: the result
 * differs from the float64 transform of random/draws.ts by 1e-6 at most. The logarithm is of 1 - u near 1, where it is small.
 */
const normalPairs = pairs(
  'KeyedNormals',
  `${logarithm}

// -ln((word + 1/2) / 2^32)
fn minusLogarithm(word: u32) -> f32 {
  if (word >= 0xc0000000u) {
    // ln(1 - v) with v = (2^32 - word - 1/2) / 2^32, up to 1/4: -ln(1 - v) = 2 artanh(v / (2 - v)).
    let v = (f32(0xffffffffu - word) + 0.5) * 2.3283064365386963e-10;
    return twiceArtanh(v / (2.0 - v));
  }
  return -logarithm((f32(word) + 0.5) * 2.3283064365386963e-10);
}

// Cosine and sine of 2 pi word / 2^32: the nearest quarter turn exactly, the rest within pi / 4 of zero by Taylor's series.
fn direction(word: u32) -> vec2f {
  let quarter = (word + 0x20000000u) >> 30u;
  let rest = f32(bitcast<i32>(word - (quarter << 30u))) * 1.4629180792671596e-9;
  let z = rest * rest;
  let sine = rest * (1.0 + z * (-1.0 / 6.0 + z * (1.0 / 120.0 + z * (-1.0 / 5040.0 + z * (1.0 / 362880.0)))));
  let cosine = 1.0 + z * (-0.5 + z * (1.0 / 24.0 + z * (-1.0 / 720.0 + z * (1.0 / 40320.0 + z * (-1.0 / 3628800.0)))));
  switch (quarter) {
    case 0u: { return vec2f(cosine, sine); }
    case 1u: { return vec2f(-sine, cosine); }
    case 2u: { return vec2f(-cosine, -sine); }
    default: { return vec2f(sine, -cosine); }
  }
}`,
  'sqrt(2.0 * minusLogarithm(words.x)) * direction(words.y)',
);

function drawPairs(
  backend: GpuBackend,
  program: typeof normalPairs | typeof uniformPairs,
  root: TensorInfo,
  count: number,
  path: Readonly<Record<string, number>>,
): TensorInfo {
  const drawn = backend.output([count]);
  const threads = Math.ceil(sizeOf(drawn) / 2);
  if (threads === 0) return drawn;
  const unused = Object.fromEntries(counters.flat().map(constant => [constant, 0] as const));
  backend.run(program, {
    outputs: [drawn],
    inputs: [root],
    constants: { parts: 0, ...unused, ...path, count: threads, numbers: count },
    workgroups: rowOfWorkgroups(threads),
  });
  return drawn;
}

export const keyedNormals = kernel<unknown, KeyedNormalsAttributes>(
  KeyedNormals,
  ({ attrs: { key0, key1, count }, backend }) => {
    const root = backend.makeTensorInfo([2], 'int32', Int32Array.of(key0, key1));
    const drawn = drawPairs(backend, normalPairs, root, count, {});
    backend.disposeData(root.dataId);
    return drawn;
  },
);

export const drawsBelow = kernel<{ readonly root: TensorInfo }, DrawsBelowAttributes>(
  DrawsBelow,
  ({ inputs: { root }, attrs: { count, uniform, ...path }, backend }) =>
    drawPairs(backend, uniform ? uniformPairs : normalPairs, root, count, path),
);
