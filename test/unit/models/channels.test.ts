import assert from 'node:assert/strict';
import {
  grad,
  grads,
  mul,
  sum,
  type Tensor,
  type Tensor1D,
  type Tensor4D,
  tensor1d,
  tensor4d,
} from '@tensorflow/tfjs-core';
import { addBias, channelMeans, imageMeans } from '../../../extension/trainer/models/channels';
import { onEngine, valuesOf } from '../support/engine';
import { assertClose, at, average, randomVector, range, total } from '../support/float64';

const channels = 5;

/** [batch, height, width]: even, odd, one pixel, one row. */
const sizes = [
  [4, 8, 8],
  [3, 7, 5],
  [2, 1, 1],
  [1, 1, 9],
] as const;

for (const [batch, height, width] of sizes) {
  describe(`Images of ${height} x ${width} pixels, ${batch} of them`, () => {
    onEngine('wasm');

    const shape: [number, number, number, number] = [batch, height, width, channels];
    const pixels = height * width;
    const x = randomVector('images', batch * pixels * channels);
    const dy = randomVector('dy', batch * pixels * channels);
    const images = () => tensor4d(x, shape);
    const ofChannel = (values: readonly number[], channel: number) =>
      values.filter((_, i) => i % channels === channel);

    it('have the means of their channels', () => {
      const expected = range(channels).map(channel => average(ofChannel(x, channel)));
      assertClose(valuesOf(channelMeans(images())), expected, { absolute: 1e-6 });
    });

    it('have a mean each, whose gradient is spread evenly over their pixels', () => {
      const means = imageMeans(images());
      assert.deepEqual(means.shape, [batch, 1, 1, channels]);
      const expected = range(batch).flatMap(image => {
        const own = x.slice(image * pixels * channels, (image + 1) * pixels * channels);
        return range(channels).map(channel => average(ofChannel(own, channel)));
      });
      assertClose(valuesOf(means), expected, { absolute: 1e-6 });
      const above = randomVector('dmeans', batch * channels);
      const gradient = grad((z: Tensor) =>
        sum(mul(imageMeans(z as Tensor4D), tensor4d(above, [batch, 1, 1, channels]))),
      )(images());
      const spread = x.map(
        (_, i) => at(above, Math.floor(i / (pixels * channels)) * channels + (i % channels)) / pixels,
      );
      assertClose(valuesOf(gradient), spread, { absolute: 1e-6 });
    });

    it('take a bias a channel, whose gradient is the sum over all pixels', () => {
      const bias = randomVector('bias', channels);
      const found = addBias(images(), tensor1d(bias));
      assertClose(
        valuesOf(found),
        x.map((value, i) => value + at(bias, i % channels)),
        { absolute: 1e-6 },
      );
      const loss = (z: Tensor, offset: Tensor) =>
        sum(mul(addBias(z as Tensor4D, offset as Tensor1D), tensor4d(dy, shape)));
      const [toImages, toBias] = grads(loss)([images(), tensor1d(bias)]);
      assert.ok(toImages && toBias);
      assertClose(valuesOf(toImages), dy, { absolute: 1e-7 });
      assertClose(
        valuesOf(toBias),
        range(channels).map(channel => total(ofChannel(dy, channel))),
        { absolute: 2e-5 },
      );
    });
  });
}
