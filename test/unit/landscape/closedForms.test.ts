import assert from 'node:assert/strict';
import { axisPoints, lossesBeside } from '../../../extension/trainer/landscape/curve';
import { randomDirection, signVector } from '../../../extension/trainer/landscape/directions';
import { expectedSharpness } from '../../../extension/trainer/landscape/expectedSharpness';
import { hessianProduct } from '../../../extension/trainer/landscape/hessianProduct';
import { hessianTrace } from '../../../extension/trainer/landscape/hessianTrace';
import { surfaceRow } from '../../../extension/trainer/landscape/surface';
import { topEigenvalue } from '../../../extension/trainer/landscape/topEigenvalue';
import { lossesAt } from '../../../extension/trainer/landscape/weightLoss';
import { worstCaseSharpness } from '../../../extension/trainer/landscape/worstCaseSharpness';
import type { Model } from '../../../extension/trainer/models/model';
import { derive, rootKey } from '../../../extension/trainer/random/key';
import { onEngine } from '../support/engine';
import { assertClose, at, dot, length, range, relativeDistance, total } from '../support/float64';
import {
  flat,
  quadraticPoint as point,
  pointTensors,
  quadratic64,
  quadraticLoss,
  quadraticSpecs,
  symmetricWith,
  times,
} from './support/quadratic';

const slope = [0.5, -0.25, 1, 0.125];
const key = rootKey(5);
/** The measures draw by a model's names and shapes, and look at nothing else of it. */
const model: Model = {
  name: 'quadratic',
  inputShape: [1, 1, 1],
  classes: 2,
  parameters: quadraticSpecs,
  batchNorms: [],
  forward: () => assert.fail('a quadratic has no forward pass'),
};

describe('Landscape measures of a quadratic, against closed forms', () => {
  onEngine('cpu');

  const curved = symmetricWith([4, 2, 1, 0.5]);
  const value64 = (w: readonly number[]) => quadratic64(curved, slope, w);
  const moved = (factor: number, u: readonly number[]) => point.map((w, i) => w + factor * at(u, i));

  for (const [scale, expectation] of [
    ['absolute', (rho: number) => 0.5 * rho ** 2 * total(curved.map((row, i) => at(row, i)))],
    [
      'adaptive',
      (rho: number) => 0.5 * rho ** 2 * total(curved.map((row, i) => at(row, i) * at(point, i) ** 2)),
    ],
  ] as const) {
    it(`expected sharpness, ${scale}: 1/2 of the mean u . A u, within its standard error of the expectation`, async () => {
      const [loss, weights, rho, directions] = [quadraticLoss(curved, slope), pointTensors(point), 0.5, 400];
      const network = { model, parameters: weights };
      const losses = (at: typeof weights) => lossesAt([loss], at);
      const [figure] = await expectedSharpness(network, losses, { rho, scale, directions }, key);
      assert.ok(figure);
      const draws = range(directions).map(k =>
        flat(randomDirection(model, weights, scale, rho, derive(key, k))),
      );
      const exact = total(draws.map(u => 0.5 * dot(u, times(curved, u)))) / directions;
      assertClose([figure.mean], [exact], { relative: 1e-4 });
      assert.ok(Math.abs(figure.mean - expectation(rho)) < 3 * figure.standardError);
      assert.equal(figure.noiseFloor, 0);
    });
  }

  it('worst-case sharpness: rho ||g|| + 1/2 rho^2 g . A g / ||g||^2', async () => {
    const found = await worstCaseSharpness(quadraticLoss(curved, slope), pointTensors(point), 0.3);
    const g = times(curved, point).map((value, i) => value + at(slope, i));
    assertClose([found.gradientNorm], [length(g)], { relative: 1e-5 });
    const rise = 0.3 * length(g) + (0.5 * 0.3 ** 2 * dot(g, times(curved, g))) / dot(g, g);
    assertClose([found.rise], [rise], { relative: 1e-5 });
  });

  it('worst-case sharpness at a minimum with zero gradient is 0', async () => {
    const found = await worstCaseSharpness(
      quadraticLoss(curved, [0, 0, 0, 0]),
      pointTensors([0, 0, 0, 0]),
      0.3,
    );
    assert.deepEqual(found, { rise: 0, gradientNorm: 0 });
  });

  it('Hessian products', async () => {
    const signs = signVector({ parameters: quadraticSpecs }, key);
    const product = await hessianProduct(quadraticLoss(curved, slope), pointTensors(point), signs);
    assert.ok(relativeDistance(flat(product), times(curved, flat(signs))) < 1e-4);
  });

  it('the top eigenvalue and its residual', async () => {
    const start = signVector({ parameters: quadraticSpecs }, key);
    const limits = { iterations: 100, tolerance: 1e-5 };
    const found = await topEigenvalue(quadraticLoss(curved, slope), pointTensors(point), start, limits);
    assertClose([found.value], [4], { relative: 1e-3 });
    assert.ok(found.converged && found.iterations < 100 && found.residual < 0.02, JSON.stringify(found));
  });

  it('the top eigenvalue where a negative one is the larger in size', async () => {
    const saddle = symmetricWith([-6, 3, 1, 0]);
    const start = signVector({ parameters: quadraticSpecs }, key);
    const limits = { iterations: 100, tolerance: 1e-5 };
    const found = await topEigenvalue(quadraticLoss(saddle, slope), pointTensors(point), start, limits);
    assertClose([found.value], [3], { relative: 2e-3 });
    assert.ok(found.converged, JSON.stringify(found));
  });

  it('says when the iterations did not suffice', async () => {
    const start = signVector({ parameters: quadraticSpecs }, key);
    const limits = { iterations: 2, tolerance: 1e-9 };
    const found = await topEigenvalue(quadraticLoss(curved, slope), pointTensors(point), start, limits);
    assert.deepEqual([found.converged, found.iterations], [false, 2]);
  });

  it('the trace: exact for a diagonal Hessian, within its standard error for another', async () => {
    const draw = (probe: number) => signVector({ parameters: quadraticSpecs }, derive(key, probe));
    const diagonal = range(4).map(i => range(4).map(j => (i === j ? i + 1 : 0)));
    const exact = await hessianTrace(quadraticLoss(diagonal, slope), pointTensors(point), 3, draw);
    assertClose([exact.mean], [10], { relative: 1e-4 });
    assert.ok(exact.standardError < 1e-3);
    const { mean, standardError } = await hessianTrace(
      quadraticLoss(curved, slope),
      pointTensors(point),
      60,
      draw,
    );
    assert.ok(Math.abs(mean - 7.5) < 3 * standardError && standardError < 1, `${mean} +- ${standardError}`);
  });

  it('curves and surfaces', async () => {
    const weights = pointTensors(point);
    const [x, y] = ['x', 'y'].map(axis => randomDirection(model, weights, 'filter', 1, derive(key, axis)));
    assert.ok(x && y);
    const axis = axisPoints(1.5, 5);
    assert.deepEqual(axis, [-1.5, -0.75, 0, 0.75, 1.5]);
    const loss = quadraticLoss(curved, slope);
    for (const a of axis) {
      const [value] = await lossesBeside([loss], weights, [{ direction: x, factor: a }]);
      assertClose([value ?? Number.NaN], [value64(moved(a, flat(x)))], { relative: 1e-4, absolute: 1e-5 });
    }
    const other = quadraticLoss(curved, [0, 0, 0, 0]);
    const [row = [], otherRow = []] = await surfaceRow([loss, other], weights, { x, y }, axis, -0.5);
    const points = axis.map(a => moved(a, flat(x)).map((w, i) => w - 0.5 * at(flat(y), i)));
    assertClose(row, points.map(value64), { relative: 1e-4, absolute: 1e-5 });
    assertClose(
      otherRow,
      points.map(w => quadratic64(curved, [0, 0, 0, 0], w)),
      { relative: 1e-4, absolute: 1e-5 },
    );
  });
});
