import type { LandscapeLoss, LandscapeSetting, SharpnessScale } from '../../extension/contract/landscape';
import type { StoredLandscape } from '../../extension/contract/landscapePage';
import { formatNumber } from '../shared/format';
import { describeAttack, describeImages, lossNames } from './comparability';

/** A figure of one run. */
export interface Figure {
  readonly value: number;
  readonly standardError?: number;
  /** What else there is to know of it: "noise floor 1.2e−8". */
  readonly notes: readonly string[];
}

export type Quantity = 'filter' | 'adaptive' | 'absolute' | 'worstCase' | 'eigenvalue' | 'trace';

/** Figures that were measured alike, one a run at most: these may be compared. */
export interface FigureRow {
  readonly quantity: Quantity;
  readonly loss: LandscapeLoss;
  /** How it was measured: "ρ 0.05, 8 directions". */
  readonly setting: string;
  /** On what: "512 training images, PGD-10 …". */
  readonly images: string;
  /** By run folder. */
  readonly figures: ReadonlyMap<string, Figure>;
}

/** All figures, those that were measured alike in one row; of each run the newest counts. */
export function figureRows(landscapes: readonly StoredLandscape[]): FigureRow[] {
  const rows = new Map<string, FigureRow & { readonly figures: Map<string, Figure> }>();
  const oldestFirst = [...landscapes].sort((a, b) => a.result.startedAt.localeCompare(b.result.startedAt));
  for (const { runFolder, result } of oldestFirst) {
    for (const { figure, ...place } of figuresOf(result)) {
      const { checkpoint: _subject, measures: _measures, losses: _losses, ...rest } = result.setting;
      const key = JSON.stringify([
        place.quantity,
        place.loss,
        place.setting,
        rest.dataset.sha256,
        rest.split,
        rest.seed,
        place.loss === 'clean' ? null : (rest.attack ?? null),
        // Directions of random signs or normals are the same for networks of the same shapes only.
        rest.model,
      ]);
      const row = rows.get(key) ?? {
        ...place,
        images: imagesOf(result.setting, place.loss),
        figures: new Map(),
      };
      row.figures.set(runFolder, figure);
      rows.set(key, row);
    }
  }
  const order = Object.keys(quantityNames);
  const losses = Object.keys(lossNames);
  return [...rows.values()].sort(
    (a, b) =>
      order.indexOf(a.quantity) - order.indexOf(b.quantity) ||
      losses.indexOf(a.loss) - losses.indexOf(b.loss),
  );
}

type Placed = Omit<FigureRow, 'figures' | 'images'> & { readonly figure: Figure };

function figuresOf({
  setting,
  sharpness,
  worstCase,
  eigenvalue,
  trace,
}: StoredLandscape['result']): Placed[] {
  return [
    ...sharpness.map(
      ({ loss, scale, rho, mean, standardError, noiseFloor }): Placed => ({
        quantity: scale,
        loss,
        setting: `ρ ${formatNumber(rho)}, ${setting.sharpness?.directions ?? 0} antithetic directions`,
        figure: { value: mean, standardError, notes: [`noise floor ${formatNumber(noiseFloor)}`] },
      }),
    ),
    ...worstCase.map(
      ({ loss, rho, rise, gradientNorm }): Placed => ({
        quantity: 'worstCase',
        loss,
        setting: `ρ ${formatNumber(rho)}`,
        figure: { value: rise, notes: [`gradient norm ${formatNumber(gradientNorm)}`] },
      }),
    ),
    ...eigenvalue.map(
      ({ loss, value, iterations, converged, residual }): Placed => ({
        quantity: 'eigenvalue',
        loss,
        setting: 'power iteration',
        figure: {
          value,
          notes: [
            `relative residual ${formatNumber(residual)}`,
            `${iterations} iterations${converged ? '' : ', not converged'}`,
          ],
        },
      }),
    ),
    ...trace.map(
      ({ loss, mean, standardError }): Placed => ({
        quantity: 'trace',
        loss,
        setting: `${setting.probes ?? 0} sign vectors`,
        figure: { value: mean, standardError, notes: [] },
      }),
    ),
  ];
}

function imagesOf(setting: LandscapeSetting, loss: LandscapeLoss): string {
  const images = `${describeImages(setting)}, seed ${setting.seed}`;
  return loss === 'clean' ? images : `${images}, ${describeAttack(setting)}`;
}

export const quantityNames: Readonly<Record<Quantity, string>> = {
  filter: 'Expected sharpness, filter-normalised',
  adaptive: 'Expected sharpness, adaptive',
  absolute: 'Expected sharpness, absolute',
  worstCase: 'Worst-case sharpness',
  eigenvalue: 'Top Hessian eigenvalue',
  trace: 'Hessian trace',
};

/** Cross-entropy is in nats; a second derivative is per squared unit of weight. */
export const quantityUnits: Readonly<Record<Quantity, string>> = {
  filter: 'nats',
  adaptive: 'nats',
  absolute: 'nats',
  worstCase: 'nats',
  eigenvalue: 'nats per weight²',
  trace: 'nats per weight²',
};

const expected = (lengths: string) =>
  `The mean over random directions u of ½ [L(w + u) + L(w − u)] − L(w): how much the loss rises beside the weights on average. ${lengths} The standard error is over the directions; the noise floor is the same measurement with ρ = 0, what rounding alone produces.`;

const differences =
  'Hv is a difference of gradients over a step of 2⁻⁸ of the length of the weights. At that scale the kinks of ReLU and pooling count as curvature, and with regenerated images the places where the attack changes its mind; differentiating twice leaves both out, and few images make such a figure jump.';

export const quantityDefinitions: Readonly<Record<Quantity, string>> = {
  filter: expected(
    'Each filter of u is as long as ρ times that filter of w; biases and batch norm stay. Li et al., NeurIPS 2018.',
  ),
  adaptive: expected('u is ρ |w| times a normal draw, on every weight.'),
  absolute: expected('u is ρ times a normal draw, on every weight.'),
  worstCase:
    'L(w + ρ g / ‖g‖) − L(w), with the gradient g over all weights: how much the loss rises on a step of length ρ straight up. Foret et al., ICLR 2021.',
  eigenvalue: `The largest eigenvalue of the second derivatives of the loss: the curvature in the steepest direction, by power iteration. The relative residual ‖Hv − λv‖ / |λ| is 0 for an exact eigenvector. ${differences}`,
  trace: `The sum of all eigenvalues of the second derivatives: the mean of v·Hv over vectors v of random signs (Hutchinson), with the standard error over these vectors. ${differences}`,
};

/** The names of sharpness scales are quantities. */
export const isSharpness = (quantity: Quantity): quantity is SharpnessScale =>
  quantity === 'filter' || quantity === 'adaptive' || quantity === 'absolute';
