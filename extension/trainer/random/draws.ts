import type { Key } from './key';
import { threefry2x32 } from './threefry';

/** `count` independent draws from N(0, 1). Draws 2j and 2j + 1 come from counter j by the Box-Muller transform. */
export function normals(key: Key, count: number): Float32Array {
  const out = new Float32Array(count);
  const words = new Uint32Array(2);
  for (let i = 0; i < count; i += 2) {
    threefry2x32(key[0], key[1], i >>> 1, 0, words);
    // (word + 1/2) / 2^32 is never 0, so the logarithm is finite.
    const radius = Math.sqrt(-2 * Math.log(((words[0] ?? 0) + 0.5) * 2 ** -32));
    const angle = 2 * Math.PI * ((words[1] ?? 0) * 2 ** -32);
    out[i] = radius * Math.cos(angle);
    if (i + 1 < count) out[i + 1] = radius * Math.sin(angle);
  }
  return out;
}

/** `count` independent draws, uniform on [0, 1), in steps of 2^-24 so that float32 holds them exactly. */
export function uniforms(key: Key, count: number): Float32Array {
  const out = new Float32Array(count);
  const words = new Uint32Array(2);
  for (let i = 0; i < count; i++) {
    if ((i & 1) === 0) threefry2x32(key[0], key[1], i >>> 1, 0, words);
    out[i] = ((words[i & 1] ?? 0) >>> 8) * 2 ** -24;
  }
  return out;
}

/** `count` independent integers, uniform on 0..bound-1 (bias below bound / 2^32). */
export function integers(key: Key, count: number, bound: number): Uint32Array {
  const out = new Uint32Array(count);
  const words = new Uint32Array(2);
  for (let i = 0; i < count; i++) {
    if ((i & 1) === 0) threefry2x32(key[0], key[1], i >>> 1, 0, words);
    out[i] = Math.floor((words[i & 1] ?? 0) * 2 ** -32 * bound);
  }
  return out;
}

/** A uniformly random order of 0..count-1 (Fisher-Yates). */
export function permutation(key: Key, count: number): Uint32Array {
  const order = Uint32Array.from({ length: count }, (_, i) => i);
  const words = new Uint32Array(2);
  for (let i = count - 1; i > 0; i--) {
    threefry2x32(key[0], key[1], i, 0, words);
    const j = Math.floor((words[0] ?? 0) * 2 ** -32 * (i + 1));
    const moved = order[i] ?? 0;
    order[i] = order[j] ?? 0;
    order[j] = moved;
  }
  return order;
}
