import assert from 'node:assert/strict';
import { tidy } from '@tensorflow/tfjs-core';
import { drawsBelow, keyTensor } from '../../../../extension/trainer/fused/drawsBelow';
import { normals, uniforms } from '../../../../extension/trainer/random/draws';
import { derive, rootKey } from '../../../../extension/trainer/random/key';
import { onSwiftShader } from '../../support/swiftShader';
import { relativeError } from './support/agree';

describe('Draws whose key only the GPU knows', () => {
  onSwiftShader();

  const root = derive(rootKey(2 ** 32 - 5), 'steps', 17);
  const paths = [[], ['attack-start'], ['attack-weights', 'layer1.0.conv1.weight'], ['taylor', 3, 'conv1']];
  const drawn = async (path: (string | number)[], kind: 'gaussian' | 'uniform', count: number) => {
    const found = tidy(() => drawsBelow(keyTensor(root), path, kind, count));
    const values = await found.data();
    found.dispose();
    return values;
  };

  it('are the uniform ones of JavaScript, bit for bit', async () => {
    for (const path of paths) {
      assert.deepEqual(await drawn(path, 'uniform', 1001), uniforms(derive(root, ...path), 1001));
    }
  });

  it('are the normal ones of JavaScript to 1e-6', async () => {
    for (const path of paths) {
      const right = normals(derive(root, ...path), 1001);
      assert.ok(relativeError(await drawn(path, 'gaussian', 1001), right) < 1e-6);
    }
  });
});
