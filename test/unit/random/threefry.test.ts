import assert from 'node:assert/strict';
import { threefry2x32 } from '../../../extension/trainer/random/threefry';

/** Known answers of Random123 (kat_vectors) for threefry2x32 with 20 rounds: counter, key, result. */
const knownAnswers = [
  { counter: [0, 0], key: [0, 0], result: [0x6b200159, 0x99ba4efe] },
  {
    counter: [0xffffffff, 0xffffffff],
    key: [0xffffffff, 0xffffffff],
    result: [0x1cb996fc, 0xbb002be7],
  },
  {
    counter: [0x243f6a88, 0x85a308d3],
    key: [0x13198a2e, 0x03707344],
    result: [0xc4923a9c, 0x483df7a0],
  },
] as const;

describe('The random generator', () => {
  for (const { counter, key, result } of knownAnswers) {
    it(`gives Random123's known answer for key ${key.map(word => word.toString(16)).join(' ')}`, () => {
      const words = new Uint32Array(2);
      threefry2x32(key[0], key[1], counter[0], counter[1], words);
      assert.deepEqual([...words], result);
    });
  }
});
