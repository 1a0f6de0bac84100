import {
  abs,
  add,
  clipByValue,
  concat,
  div,
  max,
  maximum,
  minimum,
  mul,
  slice,
  sub,
  sum,
  type Tensor2D,
  type Tensor4D,
  tidy,
} from '@tensorflow/tfjs-core';
import { type AttackSetting, type Candidates, Successes } from './attack';
import { distances, imageNorms, type Threat } from './ball';
import { projectOnHyperplane } from './boxHyperplane';
import { predictionOf } from './logitRows';
import { chooseRows, disposeAll, withoutRows } from './rows';
import { logitsOf } from './victim';

export const fabIterations = 100;

/** Greatest weight of the original image in the next point. */
const greatestBias = 0.1;
/** How far beyond the hyperplane a step goes. */
const extrapolation = 1.05;
/** Where the search goes on after an adversarial point, on the way from the original image. */
const backwardStep = 0.9;

/** The linear approximation of a logit difference z_t - z_y at the current points, which is to become positive. */
export interface Plane {
  /** [rows, 1, 1, 1] */
  readonly difference: Tensor4D;
  /** Its gradient: [rows, height, width, channels]. */
  readonly normal: Tensor4D;
}

export interface FabPixels {
  readonly [name: string]: Tensor4D | Tensor2D;
  readonly centre: Tensor4D;
  readonly x: Tensor4D;
  readonly label: Tensor2D;
  /** One-hot targets; the labels again where the attack has none. */
  readonly target: Tensor2D;
}

/**
 * One run of FAB: steps to the linearised decision boundary that stay close to the original image. An image is broken as
 * soon as an adversarial point lies within epsilon. Source: Croce and Hein, "Minimally distorted adversarial examples with
 * a fast adaptive boundary attack", ICML 2020, algorithm 1; constants as in fra31/auto-attack.
 *
 * @param start its tensors are taken over and disposed of
 * @param linearise the plane to aim at, one gradient or several
 * @param unitsPerPlane what `linearise` costs an image
 */
export async function fastAdaptiveBoundary(
  { victim, threat, spend }: AttackSetting,
  labels: Int32Array,
  start: FabPixels,
  linearise: (pixels: FabPixels) => Plane,
  unitsPerPlane: number,
): Promise<Candidates> {
  const successes = new Successes();
  // What is not greater as float32 is not greater: pixels are float32, and epsilon was rounded with them.
  const epsilon = Math.fround(threat.epsilon);
  let points = Array.from(labels, (label, row) => ({ row, label }));
  let pixels = start;
  try {
    for (let iteration = 0; iteration < fabIterations && points.length > 0; iteration++) {
      await spend((unitsPerPlane + 1) * points.length);
      const { centre, x } = pixels;
      const next = tidy(() => step(pixels, linearise(pixels), threat.norm));
      x.dispose();
      pixels = { ...pixels, x: next };
      const logits = logitsOf(victim, next);
      const sizes = tidy(() => distances(next, centre, threat.norm));
      const rows = { values: await logits.data<'float32'>(), classes: victim.classes };
      const lengths = await sizes.data<'float32'>();
      logits.dispose();
      sizes.dispose();

      const isAdversarial = points.map(({ label }, row) => predictionOf(rows, row) !== label);
      const isBroken = isAdversarial.map(
        (is, row) => is && (lengths[row] ?? Number.POSITIVE_INFINITY) <= epsilon,
      );
      successes.add(points, next, isBroken);
      pixels = stepBack(pixels, isAdversarial);
      ({ points, tensors: pixels } = withoutRows(points, pixels, isBroken));
    }
    return successes.candidates(0);
  } catch (error) {
    successes.dispose();
    throw error;
  } finally {
    disposeAll(pixels);
  }
}

/** x <- clip((x + 1.05 d1)(1 - alpha) + (x0 + 1.05 d2) alpha), alpha = min(|d1| / (|d1| + |d2|), 0.1). */
function step({ centre, x }: FabPixels, { difference, normal }: Plane, norm: Threat['norm']): Tensor4D {
  const count = x.shape[0];
  // Both projections in one go: the linear function has the value difference + normal . (x0 - x) at the original.
  const atCentre = add(difference, sum(mul(normal, sub(centre, x)), [1, 2, 3], true)) as Tensor4D;
  const both = projectOnHyperplane(
    concat([x, centre], 0),
    concat([normal, normal], 0),
    concat([difference, atCentre], 0),
    norm,
  );
  const sizes = maximum(norm === 'linf' ? max(abs(both), [1, 2, 3], true) : imageNorms(both), 1e-8);
  const part = (tensor: Tensor4D, from: number) =>
    slice(tensor, [from, 0, 0, 0], [count, -1, -1, -1]) as Tensor4D;
  const [d1, d2] = [part(both, 0), part(both, count)];
  const [size1, size2] = [part(sizes as Tensor4D, 0), part(sizes as Tensor4D, count)];
  const bias = minimum(div(size1, add(size1, size2)), greatestBias);
  const fromX = mul(add(x, mul(d1, extrapolation)), sub(1, bias));
  const fromCentre = mul(add(centre, mul(d2, extrapolation)), bias);
  return clipByValue(add(fromX, fromCentre), 0, 1) as Tensor4D;
}

function stepBack(pixels: FabPixels, isAdversarial: readonly boolean[]): FabPixels {
  if (!isAdversarial.some(is => is)) return pixels;
  const { x, centre } = pixels;
  const back = tidy(() =>
    chooseRows(isAdversarial, add(centre, mul(sub(x, centre), backwardStep)) as Tensor4D, x),
  );
  x.dispose();
  return { ...pixels, x: back };
}
