import assert from 'node:assert/strict';
import {
  add,
  type backend_util,
  conv2d,
  grads,
  mul,
  pad,
  relu,
  setBackend,
  sum,
  type Tensor,
  type Tensor1D,
  type Tensor4D,
  tensor,
  tidy,
} from '@tensorflow/tfjs-core';
import { biasRelu } from '../../extension/trainer/fused/biasRelu';
import { explicitPadding, paddedConvolution } from '../../extension/trainer/fused/paddedConvolution';
import { integers } from '../../extension/trainer/random/draws';
import { derive, rootKey } from '../../extension/trainer/random/key';
import { randomValues, relativeError } from '../unit/engine/simd/support/buffers';
import { onEngine } from '../unit/support/engine';

const tolerance = 1e-5;

const drawn = (shape: number[], purpose: string): Tensor =>
  tensor(
    randomValues(
      shape.reduce((product, size) => product * size, 1),
      purpose,
    ),
    shape,
  );

/** `compute`'s result and its gradients by all inputs, weighed by random numbers, as plain arrays. */
async function on(
  backendName: string,
  inputs: () => Tensor[],
  compute: (...inputs: Tensor[]) => Tensor,
): Promise<Float32Array[]> {
  await setBackend(backendName);
  const loss = (...given: Tensor[]) => {
    const y = compute(...given);
    return sum(mul(y, drawn(y.shape, 'dy')));
  };
  return tidy(() => [compute(...inputs()), ...grads(loss)(inputs())].map(x => x.dataSync<'float32'>()));
}

function assertClose(found: readonly Float32Array[], expected: readonly Float32Array[], what = ''): void {
  const errors = found.map((values, i) => relativeError(values, expected[i] ?? []));
  assert.ok(Math.max(...errors) <= tolerance, `${what}: relative errors ${errors}`);
}

type Padding = 'same' | 'valid' | backend_util.ExplicitPadding;

interface Case {
  readonly input: number[];
  readonly filter: number[];
  readonly stride: number;
  readonly padding: Padding;
}

/** Odd sizes, one to many channels, kernels of 1 to 5, strides of 1 to 3, any padding. */
function convolutionCase(trial: number): Case {
  const key = derive(rootKey(11), `convolution ${trial}`);
  const drawn = integers(key, 12, 1000);
  const below = (index: number, bound: number) => (drawn[index] ?? 0) % bound;
  const kernel = 1 + below(0, 5);
  const [height, width] = [kernel + below(1, 8), kernel + below(2, 8)];
  const [inputs, outputs] = [1 + below(3, 19), 1 + below(4, 19)];
  const side = (index: number) => below(index, kernel);
  const explicit: backend_util.ExplicitPadding = [
    [0, 0],
    [side(5), side(6)],
    [side(7), side(8)],
    [0, 0],
  ];
  const padding = ([explicit, 'same', 'valid'] as const)[below(9, 3)] ?? 'valid';
  return {
    input: [1 + below(10, 4), height, width, inputs],
    filter: [kernel, kernel, inputs, outputs],
    stride: 1 + below(11, 3),
    padding,
  };
}

describe('The tensorflow engine’s kernels of our own', () => {
  onEngine('cpu');
  onEngine('tensorflow', { allowSoftwareAdapter: true });

  for (let from = 0; from < 300; from += 100) {
    it(`convolutions and both their gradients, random cases ${from} to ${from + 99}`, async () => {
      for (let trial = from; trial < from + 100; trial++) {
        const { input, filter, stride, padding } = convolutionCase(trial);
        const inputs = () => [drawn(input, 'x'), drawn(filter, 'w')];
        const compute = (x: Tensor, w: Tensor) => conv2d(x as Tensor4D, w as Tensor4D, stride, padding);
        const expected = await on('cpu', inputs, compute as (...inputs: Tensor[]) => Tensor);
        const found = await on('tensorflow', inputs, compute as (...inputs: Tensor[]) => Tensor);
        const what = `[${input}] by [${filter}], stride ${stride}, padding ${JSON.stringify(padding)}`;
        assertClose(found, expected, what);
      }
    });
  }

  it('a convolution with the same padding on every side, as in a layer of stride 2', async () => {
    const inputs = () => [drawn([3, 9, 8, 5], 'x'), drawn([3, 3, 5, 7], 'w')];
    for (const stride of [1, 2, 3]) {
      const expected = await on('cpu', inputs, (x, w) =>
        conv2d(pad(x as Tensor4D, explicitPadding(1)), w as Tensor4D, stride, 'valid'),
      );
      const found = await on('tensorflow', inputs, (x, w) => {
        const y = paddedConvolution(x as Tensor4D, w as Tensor4D, stride, 1);
        return y ?? assert.fail('the engine has no such kernel');
      });
      assertClose(found, expected);
    }
  });

  it('a bias and ReLU in one, with their gradients', async () => {
    for (const shape of [
      [6, 5],
      [4, 3, 3, 16],
      [700, 10],
    ]) {
      const inputs = () => [drawn(shape, 'x'), drawn(shape.slice(-1), 'b')];
      const expected = await on('cpu', inputs, (x, b) => relu(add(x as Tensor, b as Tensor)));
      const found = await on('tensorflow', inputs, (x, b) => {
        const y = biasRelu(x as Tensor, b as Tensor1D);
        return y ?? assert.fail('the engine has no such kernel');
      });
      assertClose(found, expected);
    }
  });
});
