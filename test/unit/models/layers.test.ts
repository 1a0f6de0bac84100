import assert from 'node:assert/strict';
import { grad, type Tensor, type Tensor4D, tensor1d, tensor2d, tensor4d } from '@tensorflow/tfjs-core';
import { convolution, globalAveragePool, linear, maxPool2 } from '../../../extension/trainer/models/layers';
import { onEngine, valuesOf } from '../support/engine';
import { assertClose, at, average, randomVector, range, total } from '../support/float64';

/** torch.nn.Conv2d: y[n, o, p, out] = bias[out] + sum over k, l, in of x[n, s o - pad + k, s p - pad + l, in] w[k, l, in, out]. */
function convolution64(
  x: readonly number[],
  [batch, height, width, inputs]: readonly [number, number, number, number],
  filter: readonly number[],
  bias: readonly number[] | undefined,
  { kernel, stride, padding }: { kernel: number; stride: number; padding: number },
): { shape: number[]; values: number[] } {
  const outputs = filter.length / (kernel * kernel * inputs);
  const outHeight = Math.floor((height + 2 * padding - kernel) / stride) + 1;
  const outWidth = Math.floor((width + 2 * padding - kernel) / stride) + 1;
  const pixel = (image: number, i: number, j: number, channel: number) =>
    i < 0 || i >= height || j < 0 || j >= width
      ? 0
      : at(x, ((image * height + i) * width + j) * inputs + channel);
  const values: number[] = [];
  for (const image of range(batch))
    for (const o of range(outHeight))
      for (const p of range(outWidth))
        for (const output of range(outputs)) {
          let sum = bias ? at(bias, output) : 0;
          for (const k of range(kernel))
            for (const l of range(kernel))
              for (const input of range(inputs))
                sum +=
                  pixel(image, o * stride - padding + k, p * stride - padding + l, input) *
                  at(filter, ((k * kernel + l) * inputs + input) * outputs + output);
          values.push(sum);
        }
  return { shape: [batch, outHeight, outWidth, outputs], values };
}

describe('A convolution', () => {
  onEngine('wasm');

  for (const [what, size, kernel, stride, padding] of [
    ['3x3, stride 1, padding 1 (a residual block)', [6, 5], 3, 1, 1],
    ['3x3, stride 1, no padding (the small network)', [7, 6], 3, 1, 0],
    ['3x3, stride 2, padding 1, even size (a narrowing block)', [8, 6], 3, 2, 1],
    ['3x3, stride 2, padding 1, odd size', [7, 5], 3, 2, 1],
    ['1x1, stride 2, no padding (its shortcut)', [8, 7], 1, 2, 0],
    ['3x3, stride 1, padding 2', [5, 5], 3, 1, 2],
    ['4x4, stride 1, padding 1', [6, 6], 4, 1, 1],
  ] as const) {
    for (const biased of [false, true]) {
      it(`${what}${biased ? ' with a bias' : ''} is PyTorch's`, () => {
        const shape: [number, number, number, number] = [2, ...size, 3];
        const x = randomVector(`x ${what}`, 2 * size[0] * size[1] * 3);
        const filter = randomVector(`filter ${what}`, kernel * kernel * 3 * 4);
        const bias = biased ? randomVector('bias', 4) : undefined;
        const parameters = new Map<string, Tensor>([
          ['conv.weight', tensor4d(filter, [kernel, kernel, 3, 4])],
        ]);
        if (bias) parameters.set('conv.bias', tensor1d(bias));
        const found = convolution(parameters, 'conv', tensor4d(x, shape), { stride, padding });
        const expected = convolution64(x, shape, filter, bias, { kernel, stride, padding });
        assert.deepEqual(found.shape, expected.shape);
        assertClose(valuesOf(found), expected.values, { absolute: 1e-5 });
      });
    }
  }
});

describe('The 2x2 maximum', () => {
  onEngine('wasm');

  for (const [height, width] of [
    [6, 4],
    [7, 5],
    [3, 2],
  ] as const) {
    it(`of ${height} x ${width} pixels drops an odd last row and column, which get no gradient`, () => {
      const x = randomVector(`pool ${height} ${width}`, 2 * height * width * 3);
      const index = (image: number, i: number, j: number, channel: number) =>
        ((image * height + i) * width + j) * 3 + channel;
      const [outHeight, outWidth] = [height >> 1, width >> 1];
      const maxima: number[] = [];
      const gradient = x.map(() => 0);
      for (const image of range(2))
        for (const o of range(outHeight))
          for (const p of range(outWidth))
            for (const channel of range(3)) {
              const window = [0, 1].flatMap(k =>
                [0, 1].map(l => index(image, 2 * o + k, 2 * p + l, channel)),
              );
              const largest = Math.max(...window.map(place => at(x, place)));
              maxima.push(largest);
              gradient[window.find(place => at(x, place) === largest) ?? -1] = 1;
            }
      const images = tensor4d(x, [2, height, width, 3]);
      const found = maxPool2(images);
      assert.deepEqual(found.shape, [2, outHeight, outWidth, 3]);
      assert.deepEqual(valuesOf(found), maxima);
      assert.deepEqual(valuesOf(grad((z: Tensor) => maxPool2(z as Tensor4D))(images)), gradient);
    });
  }
});

describe('Dense layers and the global average', () => {
  onEngine('wasm');

  it('multiply by the weights as [in, out] and add the bias', () => {
    const [x, weight, bias] = [randomVector('x', 6), randomVector('weight', 12), randomVector('bias', 4)];
    const parameters = new Map<string, Tensor>([
      ['fc.weight', tensor2d(weight, [3, 4])],
      ['fc.bias', tensor1d(bias)],
    ]);
    const expected = range(2).flatMap(row =>
      range(4).map(
        out => at(bias, out) + total(range(3).map(i => at(x, row * 3 + i) * at(weight, i * 4 + out))),
      ),
    );
    assertClose(valuesOf(linear(parameters, 'fc', tensor2d(x, [2, 3]))), expected, { absolute: 1e-6 });
  });

  it('average every channel of every image', () => {
    const x = randomVector('x', 2 * 3 * 5 * 4);
    const found = globalAveragePool(tensor4d(x, [2, 3, 5, 4]));
    const expected = range(2).flatMap(image =>
      range(4).map(channel => average(range(15).map(pixel => at(x, (image * 15 + pixel) * 4 + channel)))),
    );
    assert.deepEqual(found.shape, [2, 4]);
    assertClose(valuesOf(found), expected, { absolute: 1e-6 });
  });
});
