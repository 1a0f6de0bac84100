import assert from 'node:assert/strict';
import { derive, rootKey } from '../../../extension/trainer/random/key';

describe('A derived key', () => {
  const root = rootKey(1);

  it('is the same for the same seed and path', () => {
    assert.deepEqual(derive(rootKey(1), 'attack', 3), derive(root, 'attack', 3));
  });

  it('may be derived in one go or part by part', () => {
    assert.deepEqual(derive(derive(root, 'attack'), 3, 'start'), derive(root, 'attack', 3, 'start'));
  });

  it('differs between seeds, names, numbers and the order of a path', () => {
    const keys = [
      root,
      rootKey(2),
      derive(root, 'attack'),
      derive(root, 'weight-noise'),
      derive(root, 0),
      derive(root, 1),
      derive(root, '1'),
      derive(root, 'attack', 1),
      derive(root, 1, 'attack'),
      derive(root, 'attack', 1, 1),
    ];
    assert.equal(new Set(keys.map(String)).size, keys.length);
  });

  it('differs for each of many steps', () => {
    const keys = Array.from({ length: 100_000 }, (_, step) => String(derive(root, 'step', step)));
    assert.equal(new Set(keys).size, keys.length);
  });
});
