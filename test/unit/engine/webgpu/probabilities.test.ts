import assert from 'node:assert/strict';
import { exp, tensor1d, tensor2d } from '@tensorflow/tfjs-core';
import { logSoftmax } from '../../../../extension/trainer/objectives/logSoftmax';
import { onSwiftShader } from '../../support/swiftShader';

const steps = 20_000;

describe('Probabilities on the webgpu engine', () => {
  onSwiftShader();

  it('exponentials are those of float64 to two units in the last place, and what is no number stays so', async () => {
    const x = Float32Array.from({ length: steps }, (_, i) => 88 - (175 * i) / steps);
    const y = exp(tensor1d(x));
    const found = await y.data();
    y.dispose();
    let worst = 0;
    x.forEach((value, i) => {
      const right = Math.exp(value);
      worst = Math.max(worst, Math.abs((found[i] ?? Number.NaN) - right) / right);
    });
    assert.ok(worst < 1.3e-7, `an exponential is off by ${worst}`);
    const special = exp(tensor1d(Array.from({ length: 1001 }, (_, i) => [Number.NaN, 1000, -1000][i] ?? 0)));
    const [none, infinite, zero, one] = await special.data();
    special.dispose();
    assert.deepEqual([none, infinite, zero, one], [Number.NaN, Number.POSITIVE_INFINITY, 0, 1]);
  });

  it('predictions from even to certain lose no more than the rounding of float32', async () => {
    const gaps = Float32Array.from({ length: steps }, (_, i) => (-25 * i) / steps);
    const logits = tensor2d(
      Float32Array.from({ length: 2 * steps }, (_, i) => (i % 2 ? (gaps[i >> 1] ?? 0) : 0)),
      [steps, 2],
    );
    const result = logSoftmax(logits);
    const found = await result.data();
    for (const tensor of [logits, result]) tensor.dispose();
    let worst = 0;
    gaps.forEach((gap, i) => {
      const right = -Math.log1p(Math.exp(gap));
      worst = Math.max(worst, Math.abs((found[2 * i] ?? Number.NaN) - right));
    });
    assert.ok(worst < 1.3e-7, `the logarithm of a probability is off by ${worst}`);
  });
});
