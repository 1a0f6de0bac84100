import assert from 'node:assert/strict';
import {
  abs,
  add,
  exp,
  grads,
  mul,
  reshape,
  type Scalar,
  setBackend,
  softmax,
  square,
  sum,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
  type Tensor4D,
} from '@tensorflow/tfjs-core';
import { projectedGradientAscent } from '../../../../extension/trainer/attacks/pgd';
import { biasRelu } from '../../../../extension/trainer/fused/biasRelu';
import { hasKernel } from '../../../../extension/trainer/fused/fusedKernel';
import { keyedNormals } from '../../../../extension/trainer/fused/keyedNormals';
import { batchNormRelu, sumBatchNormRelu } from '../../../../extension/trainer/models/batchNorm';
import { convolutionReluPool, globalAveragePool } from '../../../../extension/trainer/models/layers';
import { crossEntropySum, logSoftmax } from '../../../../extension/trainer/objectives/logSoftmax';
import { klDivergence } from '../../../../extension/trainer/objectives/losses';
import { sgdStep } from '../../../../extension/trainer/optim/sgd';
import { normals } from '../../../../extension/trainer/random/draws';
import { derive, rootKey } from '../../../../extension/trainer/random/key';
import { klFromTarget } from '../../../../extension/trainer/taylor/softTargets';
import { onSwiftShader } from '../../support/swiftShader';
import { agree, drawn, relativeError } from './support/agree';

const weighed = (y: Tensor): Tensor => sum(mul(y, drawn(y.shape, 'weights of the sum')));
type Loss = (...inputs: Tensor[]) => Tensor;
const valueAndGradients = (loss: Loss, inputs: Tensor[]): Tensor[] => [
  loss(...inputs),
  ...grads(loss)(inputs),
];

/** [batch, height, width, channels] of every kind: odd and even, channels by four and not, more rows than one part sums. */
const shapes = [
  [2, 3, 2, 1],
  [3, 4, 5, 7],
  [1, 2, 2, 33],
  [2, 6, 4, 8],
  [5, 5, 3, 36],
  [4, 16, 16, 32],
  [9, 30, 30, 3],
] as const;

describe('Fused kernels of the webgpu engine agree with plain JavaScript', () => {
  onSwiftShader();

  for (const shape of shapes) {
    const channels = shape[3];
    const random = (how: readonly number[], purpose: string) => drawn(how, `${shape} ${purpose}`);

    for (const mode of ['train', 'eval'] as const) {
      it(`batch norm and ReLU of [${shape}] in ${mode} mode, with gradients and the batch's statistics`, async () => {
        await agree(`batch norm in ${mode} mode`, () => {
          const running = new Map<string, Tensor>([
            ['bn.running_mean', mul(random([channels], 'mean'), 0.3)],
            ['bn.running_var', add(mul(random([channels], 'variance'), 0.1), 1)],
          ]);
          const recorded = new Map<string, Tensor>();
          const loss: Loss = (x, weight, bias) => {
            const parameters = new Map([
              ['bn.weight', weight as Tensor],
              ['bn.bias', bias as Tensor],
            ]);
            return weighed(batchNormRelu(parameters, running, 'bn', x as Tensor4D, mode, recorded));
          };
          // Far from zero, where squares would cancel.
          const x = add(random(shape, 'x'), 3);
          const inputs = [x, random([channels], 'weight'), random([channels], 'bias')];
          const value = loss(...inputs);
          const statistics = [...recorded.values()];
          return [value, ...statistics, ...grads(loss)(inputs)];
        });
      });
    }

    for (const mode of ['train', 'eval'] as const) {
      for (const keepsSum of [true, false]) {
        const what = `sum, batch norm and ReLU of [${shape}] in ${mode} mode${keepsSum ? ', and the sum' : ''}`;
        it(`${what}, with gradients and the batch's statistics`, async () => {
          await agree(what, () => {
            const running = new Map<string, Tensor>([
              ['bn.running_mean', mul(random([channels], 'mean'), 0.3)],
              ['bn.running_var', add(mul(random([channels], 'variance'), 0.1), 1)],
            ]);
            const recorded = new Map<string, Tensor>();
            const loss: Loss = (a, b, weight, bias) => {
              const parameters = new Map([
                ['bn.weight', weight as Tensor],
                ['bn.bias', bias as Tensor],
              ]);
              const terms = [a, b] as [Tensor4D, Tensor4D];
              const result = sumBatchNormRelu(parameters, running, 'bn', terms, mode, recorded, keepsSum);
              assert.equal(result.sum !== undefined, keepsSum);
              const { activated, sum: total } = result;
              return total ? add(weighed(activated), sum(square(total))) : weighed(activated);
            };
            const places = ['weight', 'bias'].map(name => random([channels], name));
            const inputs = [random(shape, 'a'), random(shape, 'b'), ...places];
            const value = loss(...inputs);
            return [value, ...recorded.values(), ...grads(loss)(inputs)];
          });
        });
      }
    }

    it(`bias and ReLU of [${shape}], with gradients`, () =>
      agree('bias and ReLU', () => {
        const loss: Loss = (x, bias) => weighed(biasRelu(x as Tensor, bias as Tensor1D) ?? composed(x, bias));
        return valueAndGradients(loss, [random(shape, 'x'), random([channels], 'bias')]);
      }).then(() => {}));

    it(`convolution, bias, ReLU and 2x2 maximum of [${shape}], with gradients`, () =>
      agree('pool', () => {
        const loss: Loss = (x, filter, bias) => {
          const parameters = new Map([
            ['conv.weight', filter as Tensor],
            ['conv.bias', bias as Tensor],
          ]);
          return weighed(convolutionReluPool(parameters, 'conv', x as Tensor4D));
        };
        return valueAndGradients(loss, [
          random(shape, 'x'),
          random([1, 1, channels, channels + 1], 'filter'),
          random([channels + 1], 'bias'),
        ]);
      }).then(() => {}));

    it(`a step of an l-infinity attack on [${shape}]`, async () => {
      const error = await agree('attack', () => {
        const centre = mul(add(random(shape, 'centre'), 1), 0.5) as Tensor4D;
        const slope = random(shape, 'slope');
        const options = { steps: 3, stepSize: 0.03 };
        const loss = (x: Tensor4D) => sum(mul(x, slope)) as Scalar;
        const threat = { norm: 'linf', epsilon: 0.07 } as const;
        return [projectedGradientAscent(loss, centre, centre, threat, options)];
      });
      assert.ok(error < 1e-6);
    });
  }

  it('log-softmax and cross-entropy with their gradients, also of predictions without doubt', async () => {
    for (const [rows, classes, size] of [
      [1, 2, 1],
      [7, 10, 5],
      [200, 10, 60],
      [5, 100, 20],
    ] as const) {
      await agree(`[${[rows, classes]}]`, () => {
        const target = (() => {
          const positive = abs(drawn([rows, classes], 'target'));
          return mul(positive, 1 / classes) as Tensor2D;
        })();
        const logits = mul(drawn([rows, classes], 'logits'), size);
        const log: Loss = z => weighed(logSoftmax(z as Tensor2D));
        const entropy: Loss = z => crossEntropySum(target, z as Tensor2D);
        return [...valueAndGradients(log, [logits]), ...valueAndGradients(entropy, [logits])];
      });
    }
  });

  it('the divergence of predictions from others and from fixed targets, with its gradients', async () => {
    for (const [rows, classes] of [
      [1, 2],
      [7, 10],
      [200, 10],
      [5, 100],
    ] as const) {
      await agree(`[${[rows, classes]}]`, () => {
        const random = (purpose: string) => drawn([rows, classes], `${classes} ${purpose}`);
        const between: Loss = (natural, adversarial) => {
          const [logP, logQ] = [natural, adversarial].map(z => logSoftmax(z as Tensor2D)) as [
            Tensor2D,
            Tensor2D,
          ];
          return klDivergence(exp(logP), logP, logQ);
        };
        const target = softmax(random('target')) as Tensor2D;
        const fromTarget: Loss = z => klFromTarget(target, logSoftmax(z as Tensor2D));
        const logits = [random('natural'), mul(random('adversarial'), 3)];
        return [...valueAndGradients(between, logits), ...valueAndGradients(fromTarget, logits.slice(1))];
      });
    }
  });

  it('the mean over height and width, with its gradient', async () => {
    for (const shape of shapes) {
      await agree(`[${shape}]`, () => {
        const loss: Loss = x => weighed(globalAveragePool(x as Tensor4D));
        return valueAndGradients(loss, [drawn(shape, 'x')]);
      });
    }
  });

  it('stochastic gradient descent of many parameters in one call', async () => {
    await agree('SGD', () => {
      const maps = ['weight', 'gradient', 'momentum'].map(
        what => new Map([3, 64, 250, 1000].map(count => [`p${count}`, drawn([count], `${what} ${count}`)])),
      ) as [Map<string, Tensor>, Map<string, Tensor>, Map<string, Tensor>];
      const next = sgdStep(...maps, { learningRate: 0.1, momentum: 0.9, weightDecay: 5e-4 });
      return [...next.parameters.values(), ...next.momenta.values()];
    });
  });

  it('normal draws are those of JavaScript to 1e-6, from the same bits', async () => {
    for (const [i, count] of [1, 2, 7, 100_001].entries()) {
      const key = derive(rootKey(5), 'draws', i);
      const found = keyedNormals(key, count);
      assert.ok(!(found instanceof Float32Array), 'they stay on the GPU');
      const right = normals(key, count);
      assert.ok(relativeError(await found.data(), right) < 1e-6);
      found.dispose();
    }
  });

  it('the engine has every kernel of ours', async () => {
    await setBackend('webgpu');
    const missing = [
      'BatchNormRelu',
      'AddBatchNormRelu',
      'GlobalAveragePool',
      'CrossEntropyGradient',
      'KlRows',
      'NormaliseRelu',
      'AddNormaliseRelu',
      'BiasRelu',
      'BiasReluPool',
      'SgdSteps',
      'KeyedNormals',
    ];
    assert.deepEqual(
      missing.filter(name => !hasKernel(name)),
      [],
    );
  });
});

const composed = (x: Tensor | undefined, bias: Tensor | undefined): Tensor => {
  const shifted = add(x as Tensor, bias as Tensor);
  return reshape(mul(add(shifted, abs(shifted)), 0.5), shifted.shape);
};
