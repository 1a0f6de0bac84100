import { conv2d, grads, mul, sum, type Tensor, type Tensor4D } from '@tensorflow/tfjs-core';
import { paddedConvolution } from '../../../../extension/trainer/fused/paddedConvolution';
import { onSwiftShader } from '../../support/swiftShader';
import { agree, drawn, whole } from './support/agree';

type Convolve = (x: Tensor4D, filter: Tensor4D) => Tensor4D;

/** The convolution, and the gradients of its images and its filter, with a gradient of the result that is not all ones. */
const withGradients =
  (shape: readonly number[], filterShape: readonly number[], convolve: Convolve) => () => {
    const inputs = [drawn(shape, 'x'), drawn(filterShape, 'filter')];
    const y = convolve(...(inputs as [Tensor4D, Tensor4D]));
    const loss = (x: Tensor, filter: Tensor) => {
      const result = convolve(x as Tensor4D, filter as Tensor4D);
      return sum(mul(result, drawn(result.shape, 'dy')));
    };
    return [y, ...grads(loss)(inputs)];
  };

describe('Convolutions on the webgpu engine agree with plain JavaScript', () => {
  onSwiftShader();

  /** Each with its two gradients. */
  const rounds = 17;
  for (let group = 0; group < 10; group++) {
    it(`${rounds} random ones with both gradients, of any stride, padding, size and number of channels (${group + 1} of 10)`, async () => {
      for (let round = 0; round < rounds; round++) {
        const at = `${group} ${round}`;
        const [batch = 1] = whole(`batch ${at}`, 1, 1, 3);
        const [height = 1, width = 1] = whole(`size ${at}`, 2, 4, 8);
        // Both kinds: multiples of four are read four at a time.
        const [inputs = 1, outputs = 1] = whole(`channels ${at}`, 2, 1, 9).map(count =>
          round % 3 === 0 ? 4 * count : count,
        );
        const [high = 1, wide = 1] = whole(`filter ${at}`, 2, 1, 4);
        const [down = 1, across = 1] = whole(`stride ${at}`, 2, 1, 3);
        const [kind = 0] = whole(`padding ${at}`, 1, 0, 3);
        const [top = 0, bottom = 0, left = 0, right = 0] = whole(`sides ${at}`, 4, 0, 3);
        const padding = (['same', 'valid'] as const)[kind] ?? [
          [0, 0],
          [top, bottom],
          [left, right],
          [0, 0],
        ];
        const stride: [number, number] = [down, across];
        const what = `[${[batch, height, width, inputs]}] by ${high}x${wide}x${outputs}, stride ${stride}, padding ${padding}`;
        const convolve: Convolve = (x, filter) => conv2d(x, filter, stride, padding as 'same');
        await agree(
          what,
          withGradients([batch, height, width, inputs], [high, wide, inputs, outputs], convolve),
        );
      }
    });
  }

  it('those of residual networks: 3x3 and 1x1, stride 1 and 2, padded as PyTorch pads', async () => {
    for (const [size, inputs, outputs, kernel, stride, padding] of [
      [9, 3, 16, 3, 1, 1],
      [8, 16, 32, 3, 2, 1],
      [7, 16, 32, 3, 2, 1],
      [8, 16, 32, 1, 2, 0],
      [7, 12, 20, 1, 1, 0],
    ] as const) {
      const convolve: Convolve = (x, filter) =>
        paddedConvolution(x, filter, stride, padding) ??
        conv2d(x, filter, stride, [
          [0, 0],
          [padding, padding],
          [padding, padding],
          [0, 0],
        ] as never);
      const what = `${kernel}x${kernel} from ${inputs} to ${outputs}, stride ${stride}`;
      await agree(what, withGradients([2, size, size, inputs], [kernel, kernel, inputs, outputs], convolve));
    }
  });

  it('tiles of both sizes, and depths that are split in parts and summed', async () => {
    for (const [batch, size, inputs, outputs] of [
      [9, 16, 4, 68],
      [40, 32, 2, 36],
      [6, 24, 8, 8],
    ] as const) {
      const convolve: Convolve = (x, filter) => conv2d(x, filter, 1, 'same');
      await agree(
        `[${[batch, size, size, inputs]}] to ${outputs}`,
        withGradients([batch, size, size, inputs], [3, 3, inputs, outputs], convolve),
      );
    }
  });
});
