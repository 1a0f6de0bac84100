import assert from 'node:assert/strict';
import { add, mul, type Scalar, sum, tensor4d } from '@tensorflow/tfjs-core';
import { gradients } from '../../../extension/trainer/autodiff';
import { tensorOf, tidyKeeping } from '../../../extension/trainer/models/tensorMap';
import { toBranch } from '../../../extension/trainer/objectives/objective';
import { antitheticTerms } from '../../../extension/trainer/taylor/antithetic';
import { matrixTensor, onEngine, scalarOf, valuesOf } from '../support/engine';
import { assertClose, at, average, type Matrix, numericGradient, randomMatrix } from '../support/float64';
import {
  type Curve,
  curvedLogits64,
  curvedModel,
  polynomial,
  recorded,
  smooth,
} from '../support/handwrittenModel';

const [pixels, classes, batch] = [5, 4, 3];

/** Where the terms are taken: weights, [pixels, classes], and the two batches. */
interface Point {
  readonly weights: Matrix;
  readonly images: Matrix;
  readonly attacked: Matrix;
}

const combine = (a: Matrix, b: Matrix, operation: (x: number, y: number) => number): number[][] =>
  a.map((row, i) => row.map((value, j) => operation(value, at(at(b, i), j))));
const plus = (a: Matrix, b: Matrix, factor = 1) => combine(a, b, (x, y) => x + factor * y);
const scaled = (a: Matrix, factor: number) => a.map(row => row.map(value => Math.fround(factor * value)));
const noise = (sigma: number, draw = 0): Matrix =>
  scaled(randomMatrix(`noise ${draw}`, pixels, classes), sigma);

const images = randomMatrix('natural images', batch, pixels);
const point: Point = {
  weights: randomMatrix('antithetic weights', pixels, classes, 0.5),
  images,
  attacked: scaled(plus(images, randomMatrix('attack', batch, pixels), 0.3), 1),
};

const meanGap = ({ images: x, attacked: y }: Point, part: (x: Matrix) => Matrix): number =>
  average(plus(part(x), part(y), -1).flat().map(Math.abs));

/** Both penalties by definition: D1 and D2 from f at w + u, w - u and w. */
function literal(p: Point, u: Matrix, curve: Curve) {
  const f = (shift: number) => (x: Matrix) => curvedLogits64(x, plus(p.weights, u, shift), curve);
  const first = (x: Matrix) => combine(f(1)(x), f(-1)(x), (a, b) => (a - b) / 2);
  const second = (x: Matrix) =>
    plus(
      combine(f(1)(x), f(-1)(x), (a, b) => (a + b) / 2),
      f(0)(x),
      -1,
    );
  return { first: meanGap(p, first), second: meanGap(p, second) };
}

/** Both penalties of the Taylor series itself: f'(w) u and 1/2 u f''(w) u, from the curve's derivatives. */
function analytic(
  p: Point,
  u: Matrix,
  derivative: (s: number) => number,
  secondDerivative: (s: number) => number,
) {
  const line = polynomial(0, 0);
  const s = (x: Matrix) => curvedLogits64(x, p.weights, line);
  const t = (x: Matrix) => curvedLogits64(x, u, line);
  return {
    first: meanGap(p, x => combine(s(x), t(x), (a, b) => derivative(a) * b)),
    second: meanGap(p, x => combine(s(x), t(x), (a, b) => 0.5 * secondDerivative(a) * b * b)),
  };
}

function computed(curve: Curve, noises: readonly Matrix[], order: 0 | 1 | 2 = 2, p = point) {
  const { model, calls } = recorded(curvedModel(pixels, at(p.weights, 0).length, curve));
  const parameters = new Map([['conv.w', matrixTensor(p.weights)]]);
  const tensor = (rows: Matrix) => tensor4d(rows.flat(), [rows.length, 1, 1, pixels]);
  return tidyKeeping(() => {
    const kept: { first?: number; second?: number } = {};
    const result = gradients(parameters, () => {
      const [naturalImages, adversarialImages] = [tensor(p.images), tensor(p.attacked)];
      const pass = (x: typeof naturalImages) => toBranch(model.forward(parameters, new Map(), x, 'train'));
      const terms = antitheticTerms({
        model,
        parameters,
        statistics: new Map(),
        mode: 'train',
        naturalImages,
        adversarialImages,
        natural: pass(naturalImages),
        adversarial: pass(adversarialImages),
        noises: noises.map(u => new Map([['conv.w', matrixTensor(u)]])),
        order,
      });
      if (terms.first) kept.first = scalarOf(terms.first);
      if (terms.second) kept.second = scalarOf(terms.second);
      // Weights 1 and 10, so that both terms count in the gradient; at order 0 there is nothing to differentiate.
      const first = terms.first ?? mul(sum(tensorOf(parameters, 'conv.w')), 0);
      return (terms.second ? add(first, mul(terms.second, 10)) : first) as Scalar;
    });
    return { ...kept, gradient: valuesOf(tensorOf(result.gradients, 'conv.w')), calls };
  });
}

describe('The antithetic Taylor terms', () => {
  onEngine('wasm');

  it('are the exact first- and second-order terms of a network that is quadratic in its weights', () => {
    const [q, u] = [0.7, noise(0.3)];
    const expected = analytic(
      point,
      u,
      s => 1 + 2 * q * s,
      () => 2 * q,
    );
    const { first = 0, second = 0 } = computed(polynomial(q, 0), [u]);
    assertClose([first, second], [expected.first, expected.second], { relative: 1e-5 });
  });

  it('have the exact second-order term of a cubic network, whose third order the first term alone sees', () => {
    const [q, k, u] = [0.7, 0.4, noise(0.3)];
    const expected = analytic(
      point,
      u,
      s => 1 + 2 * q * s + 3 * k * s ** 2,
      s => 2 * q + 6 * k * s,
    );
    const { first = 0, second = 0 } = computed(polynomial(q, k), [u]);
    assertClose([second], [expected.second], { relative: 1e-5 });
    assertClose([first], [literal(point, u, polynomial(q, k)).first], { relative: 1e-5 });
    assert.ok(Math.abs(first / expected.first - 1) > 1e-3, 'the third order is there');
  });

  it('approach the Taylor terms of a smooth network with sigma cubed and to the fourth', () => {
    // One image and two equal logits: no sum, in which errors of opposite signs would cancel.
    const twice = (rows: Matrix) => rows.map(row => [at(row, 0), at(row, 0)]);
    const one = {
      weights: twice(point.weights),
      images: images.slice(0, 1),
      attacked: point.attacked.slice(0, 1).map(row => row.map(() => 0)),
    };
    const errors = [0.2, 0.1].map(sigma => {
      const u = twice(noise(sigma));
      const expected = analytic(
        one,
        u,
        s => 1 - Math.tanh(s) ** 2,
        s => -2 * Math.tanh(s) * (1 - Math.tanh(s) ** 2),
      );
      const { first = 0, second = 0 } = computed(smooth, [u], 2, one);
      return [Math.abs(first - expected.first), Math.abs(second - expected.second)] as const;
    });
    const ratios = [0, 1].map(term => at(at(errors, 0), term) / at(at(errors, 1), term));
    // Halving sigma divides the errors by 8 and 16, but for the next order, a quarter as large relative to them.
    assert.ok(at(ratios, 0) > 6.5 && at(ratios, 0) < 9.5, `first: ${ratios[0]} (${errors.join(' | ')})`);
    assert.ok(at(ratios, 1) > 13 && at(ratios, 1) < 19, `second: ${ratios[1]} (${errors.join(' | ')})`);
  });

  it('average over draws', () => {
    const curve = polynomial(0.7, 0.4);
    const draws = [0, 1, 2].map(draw => noise(0.2, draw));
    const single = draws.map(u => computed(curve, [u]));
    const together = computed(curve, draws);
    const mean = (name: 'first' | 'second') => average(single.map(terms => terms[name] ?? Number.NaN));
    assertClose([together.first ?? 0, together.second ?? 0], [mean('first'), mean('second')], {
      relative: 1e-5,
    });
    assertClose(
      together.gradient,
      together.gradient.map((_, i) => average(single.map(({ gradient }) => at(gradient, i)))),
      { absolute: 1e-5 },
    );
  });

  it('have the gradient of float64 with the noise held fixed, through all passes', () => {
    for (const curve of [polynomial(0.7, 0.4), smooth]) {
      const draws = [noise(0.3, 0), noise(0.3, 1)];
      const { gradient } = computed(curve, draws);
      const expected = numericGradient(
        weights =>
          average(
            draws.map(u => {
              const { first, second } = literal({ ...point, weights }, u, curve);
              return first + 10 * second;
            }),
          ),
        point.weights,
      );
      assertClose(gradient, expected.flat(), { absolute: 2e-6, relative: 1e-5 });
    }
  });

  it('exist up to the order that is asked for, at four passes a draw, all in train mode', () => {
    const passesAtW = 2;
    for (const [order, draws, passes] of [
      [0, 1, 0],
      [1, 1, 4],
      [2, 1, 4],
      [2, 3, 12],
    ] as const) {
      const noises = Array.from({ length: draws }, (_, draw) => noise(0.1, draw));
      const { first, second, calls } = computed(polynomial(0.5, 0), noises, order);
      assert.deepEqual([first !== undefined, second !== undefined], [order >= 1, order === 2]);
      assert.equal(calls.length, passesAtW + passes);
      assert.ok(calls.every(({ mode }) => mode === 'train'));
    }
  });

  it('are 0 without noise', () => {
    const { first, second } = computed(smooth, [noise(0)]);
    assert.deepEqual([first, second], [0, 0]);
  });
});
