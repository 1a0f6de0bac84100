import { type Tensor4D, tidy } from '@tensorflow/tfjs-core';
import { uniforms } from '../random/draws';
import { derive, type Key } from '../random/key';
import { type Attack, type AttackBatch, type AttackSetting, type Candidates, Successes } from './attack';
import type { Threat } from './ball';
import { marginOf, predictionOf } from './logitRows';
import { chooseRows, disposeAll, withoutRows } from './rows';
import { squareL2 } from './squareL2';
import { squareLinf } from './squareLinf';
import { logitsOf } from './victim';

export const squareQueries = 5000;

/** Uniform draws on [0, 1) of one image in one iteration. */
export type Draws = Float32Array;

/** How the random search proposes images; every image of a batch has squares of its own. */
export interface Proposals {
  /** Draws that the start and one iteration need an image, for images of this shape. */
  startDraws(shape: Tensor4D['shape']): number;
  draws(shape: Tensor4D['shape']): number;
  /** [batch, height, width, channels], within the threat. */
  start(centre: Tensor4D, epsilon: number, draws: readonly Draws[]): Tensor4D;
  propose(
    centre: Tensor4D,
    best: Tensor4D,
    epsilon: number,
    iteration: number,
    draws: readonly Draws[],
  ): Tensor4D;
}

const proposalsOf: Readonly<Record<Threat['norm'], Proposals>> = { linf: squareLinf, l2: squareL2 };

/**
 * Square attack: random search with square-shaped changes that keeps whatever lowers the margin z_y - max_{j != y} z_j. It
 * sees logits only, no gradients. The official code gives all images of a batch the same squares; here every image has its
 * own, keyed by its number. Source: Andriushchenko, Croce, Flammarion, Hein, ECCV 2020.
 */
export function square({ queries = squareQueries }: { readonly queries?: number } = {}): Attack {
  return {
    name: 'square',
    kind: 'black-box',
    passes: 1,
    unitsPerPass: queries + 1,
    run: (setting, batch) => search(setting, batch, queries),
  };
}

interface Point {
  readonly row: number;
  readonly label: number;
  readonly key: Key;
  margin: number;
}

async function search(
  { victim, threat, key, spend }: AttackSetting,
  { images, indices, labels }: AttackBatch,
  queries: number,
): Promise<Candidates> {
  const { epsilon } = threat;
  const proposals = proposalsOf[threat.norm];
  const successes = new Successes();
  const startDraws = proposals.startDraws(images.shape);
  const draws = proposals.draws(images.shape);
  let points: Point[] = Array.from(labels, (label, row) => ({
    row,
    label,
    key: derive(key, indices[row] ?? 0),
    margin: Number.POSITIVE_INFINITY,
  }));
  let pixels = {
    centre: images.clone(),
    best: tidy(() =>
      proposals.start(
        images,
        epsilon,
        points.map(point => uniforms(derive(point.key, 'start'), startDraws)),
      ),
    ),
  };
  try {
    // The first query judges the start, the others one proposal each.
    for (let query = 0; query <= queries && points.length > 0; query++) {
      await spend(points.length);
      const iteration = query - 1;
      const tried =
        query === 0
          ? pixels.best.clone()
          : tidy(() =>
              proposals.propose(
                pixels.centre,
                pixels.best,
                epsilon,
                iteration,
                points.map(point => uniforms(derive(point.key, iteration), draws)),
              ),
            );
      const logits = logitsOf(victim, tried);
      const rows = { values: await logits.data<'float32'>(), classes: victim.classes };
      logits.dispose();
      const isBroken = points.map(({ label }, row) => predictionOf(rows, row) !== label);
      successes.add(points, tried, isBroken);
      const isAccepted = points.map((point, row) => accept(point, marginOf(rows, row, point.label)));
      const best = chooseRows(isAccepted, tried, pixels.best);
      tried.dispose();
      pixels.best.dispose();
      pixels = { ...pixels, best };
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

function accept(point: Point, margin: number): boolean {
  if (margin >= point.margin && margin > 0) return false;
  point.margin = margin;
  return true;
}
