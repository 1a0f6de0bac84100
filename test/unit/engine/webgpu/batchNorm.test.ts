import assert from 'node:assert/strict';
import { type Tensor1D, tensor1d, tensor4d } from '@tensorflow/tfjs-core';
import { batchNormRelu } from '../../../../extension/trainer/fused/batchNormRelu';
import { onSwiftShader } from '../../support/swiftShader';
import { drawn, relativeError } from './support/agree';

/** Mean and biased variance of each channel of [rows, channels], in float64. */
function moments64(x: ArrayLike<number>, channels: number): [number[], number[]] {
  const rows = x.length / channels;
  const average = (of: (channel: number, row: number) => number) =>
    Array.from({ length: channels }, (_, channel) => {
      let total = 0;
      for (let row = 0; row < rows; row++) total += of(channel, row);
      return total / rows;
    });
  const at = (channel: number, row: number) => x[row * channels + channel] ?? Number.NaN;
  const mean = average(at);
  const variance = average((channel, row) => (at(channel, row) - (mean[channel] ?? Number.NaN)) ** 2);
  return [mean, variance];
}

describe('Statistics of a batch on the webgpu engine are those of float64', () => {
  onSwiftShader();

  const cases = {
    'around zero': { offset: 0, first: 0 },
    'a hundred deviations from zero': { offset: 60, first: 0 },
    'with a first row far from all others, as padding makes it': { offset: 0, first: -20 },
  };
  for (const [what, { offset, first }] of Object.entries(cases)) {
    it(`of numbers ${what}`, async () => {
      for (const shape of [
        [1, 3, 3, 4],
        [16, 32, 32, 5],
        [3, 150, 80, 2],
      ] as const) {
        const channels = shape[3];
        const values = (await drawn(shape, `${what} ${shape}`).data()).map(
          (value, i) => value + offset + (i < channels ? first : 0),
        );
        const x = tensor4d(Float32Array.from(values), [...shape]);
        const ones = tensor1d(new Array(channels).fill(1)) as Tensor1D;
        const found = batchNormRelu(x, ones, ones, 1e-5);
        assert.ok(found);
        const [mean, variance] = moments64(await x.data(), channels);
        const deviation = Math.sqrt(Math.max(...variance));
        const meanFound = await found.mean.data();
        // A mean of large numbers has their rounding.
        const allowed = 1e-6 * Math.max(deviation, Math.abs(offset));
        mean.forEach((right, i) => {
          assert.ok(Math.abs(right - (meanFound[i] ?? Number.NaN)) < allowed, `mean of [${shape}]`);
        });
        const error = relativeError(await found.variance.data(), variance);
        assert.ok(error < 1e-6, `the variance of [${shape}] is off by ${error}`);
        for (const tensor of [x, ones, ...Object.values(found)]) tensor.dispose();
      }
    });
  }
});
