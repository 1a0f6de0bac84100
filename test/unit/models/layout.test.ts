import assert from 'node:assert/strict';
import { toEngineLayout, toPyTorchLayout } from '../../../extension/trainer/checkpoint/layout';
import { onEngine } from '../support/engine';
import { range } from '../support/float64';

const counted = (shape: readonly number[]) =>
  Float32Array.from(range(shape.reduce((product, size) => product * size, 1)));

describe('The layouts of PyTorch and of the engine', () => {
  onEngine('wasm');

  it('weights come back from the engine’s layout as they went in', async () => {
    for (const shape of [[5], [4, 3], [6, 5, 3, 2], [1, 1, 1, 1]]) {
      const values = counted(shape);
      const { shape: back, data } = await toPyTorchLayout(toEngineLayout(values, shape));
      assert.deepEqual(back, shape);
      assert.deepEqual(data, values);
    }
  });

  it('a convolution is [out, in, height, width] there and [height, width, in, out] here', () => {
    const [out, input, height, width] = [4, 3, 2, 5] as const;
    const tensor = toEngineLayout(counted([out, input, height, width]), [out, input, height, width]);
    assert.deepEqual(tensor.shape, [height, width, input, out]);
    const values = tensor.dataSync();
    for (const o of range(out)) {
      for (const i of range(input)) {
        for (const h of range(height)) {
          for (const w of range(width)) {
            const here = ((h * width + w) * input + i) * out + o;
            assert.equal(values[here], ((o * input + i) * height + h) * width + w);
          }
        }
      }
    }
  });

  it('a dense layer is [out, in] there and [in, out] here', () => {
    const tensor = toEngineLayout(counted([2, 3]), [2, 3]);
    assert.deepEqual(tensor.shape, [3, 2]);
    assert.deepEqual([...tensor.dataSync()], [0, 3, 1, 4, 2, 5]);
  });
});
