const rotateLeft = (word: number, distance: number): number =>
  (word << distance) | (word >>> (32 - distance));

/**
 * Threefry-2x32 with 20 rounds: a counter-based generator, so that any draw can be computed alone, in any order, on any
 * engine. It needs only 32-bit additions, rotations and exclusive-ors, which JavaScript, WebAssembly and WGSL all have.
 * Writes two unsigned 32-bit words to `out`. The rounds are written out because a loop over them is four times slower.
 *
 * Source: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011 (Random123).
 */
export function threefry2x32(
  key0: number,
  key1: number,
  counter0: number,
  counter1: number,
  out: Uint32Array,
): void {
  const key2 = 0x1bd11bda ^ key0 ^ key1;
  let x0 = (counter0 + key0) | 0;
  let x1 = (counter1 + key1) | 0;

  x0 = (x0 + x1) | 0;
  x1 = rotateLeft(x1, 13) ^ x0;
  x0 = (x0 + x1) | 0;
  x1 = rotateLeft(x1, 15) ^ x0;
  x0 = (x0 + x1) | 0;
  x1 = rotateLeft(x1, 26) ^ x0;
  x0 = (x0 + x1) | 0;
  x1 = rotateLeft(x1, 6) ^ x0;
  x0 = (x0 + key1) | 0;
  x1 = (x1 + key2 + 1) | 0;

  x0 = (x0 + x1) | 0;
  x1 = rotateLeft(x1, 17) ^ x0;
  x0 = (x0 + x1) | 0;
  x1 = rotateLeft(x1, 29) ^ x0;
  x0 = (x0 + x1) | 0;
  x1 = rotateLeft(x1, 16) ^ x0;
  x0 = (x0 + x1) | 0;
  x1 = rotateLeft(x1, 24) ^ x0;
  x0 = (x0 + key2) | 0;
  x1 = (x1 + key0 + 2) | 0;

  x0 = (x0 + x1) | 0;
  x1 = rotateLeft(x1, 13) ^ x0;
  x0 = (x0 + x1) | 0;
  x1 = rotateLeft(x1, 15) ^ x0;
  x0 = (x0 + x1) | 0;
  x1 = rotateLeft(x1, 26) ^ x0;
  x0 = (x0 + x1) | 0;
  x1 = rotateLeft(x1, 6) ^ x0;
  x0 = (x0 + key0) | 0;
  x1 = (x1 + key1 + 3) | 0;

  x0 = (x0 + x1) | 0;
  x1 = rotateLeft(x1, 17) ^ x0;
  x0 = (x0 + x1) | 0;
  x1 = rotateLeft(x1, 29) ^ x0;
  x0 = (x0 + x1) | 0;
  x1 = rotateLeft(x1, 16) ^ x0;
  x0 = (x0 + x1) | 0;
  x1 = rotateLeft(x1, 24) ^ x0;
  x0 = (x0 + key1) | 0;
  x1 = (x1 + key2 + 4) | 0;

  x0 = (x0 + x1) | 0;
  x1 = rotateLeft(x1, 13) ^ x0;
  x0 = (x0 + x1) | 0;
  x1 = rotateLeft(x1, 15) ^ x0;
  x0 = (x0 + x1) | 0;
  x1 = rotateLeft(x1, 26) ^ x0;
  x0 = (x0 + x1) | 0;
  x1 = rotateLeft(x1, 6) ^ x0;
  x0 = (x0 + key2) | 0;
  x1 = (x1 + key0 + 5) | 0;

  out[0] = x0;
  out[1] = x1;
}
