import { threefry2x32 } from './threefry';

/**
 * Names one stream of random draws: two unsigned 32-bit words. Nothing here has state: the same key always gives the
 * same draws, so a resumed run repeats an uninterrupted one and a result does not depend on the batch size.
 */
export type Key = readonly [number, number];

/** The key of a run. `seed`: integer in [0, 2^32). */
export function rootKey(seed: number): Key {
  return [seed >>> 0, 0];
}

/**
 * A key for one purpose below another: `derive(root, 'weight-noise', step)`. Streams of different paths are independent.
 * Numbers are non-negative integers below 2^32.
 */
export function derive(key: Key, ...path: readonly (string | number)[]): Key {
  const words = new Uint32Array(2);
  let [key0, key1] = key;
  for (const part of path) {
    threefry2x32(key0, key1, ...counterOf(part), words);
    key0 = words[0] ?? 0;
    key1 = words[1] ?? 0;
  }
  return [key0, key1];
}

/** The counter by which `derive` goes one part of a path down. Its second word keeps names apart from numbers. */
export function counterOf(part: string | number): readonly [number, number] {
  return typeof part === 'string' ? [hashName(part), 1] : [part >>> 0, 2];
}

/** FNV-1a over UTF-16 code units: short, and enough to tell purposes apart. */
function hashName(name: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}
