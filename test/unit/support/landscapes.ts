import type { LandscapeLoss, LandscapeResult, LandscapeSetting } from '../../../extension/contract/landscape';
import type { StoredLandscape } from '../../../extension/contract/landscapePage';

export interface LandscapeWish {
  readonly run?: string;
  readonly losses?: readonly LandscapeLoss[];
  readonly measures?: LandscapeSetting['measures'];
  readonly points?: number;
  readonly radius?: number;
  readonly seed?: number;
  readonly images?: string;
  readonly directionsOf?: string;
  /** Curvature of the bowl that the losses are. */
  readonly curvature?: number;
  /** Rows of the surface and points of the curve that are there; by default all. */
  readonly grown?: number;
  readonly state?: StoredLandscape['state'];
  readonly startedAt?: string;
}

/** The loss at a point of the made-up landscapes: a tilted bowl. */
export function bowl(a: number, b: number, curvature: number, loss: LandscapeLoss): number {
  const lift = { clean: 0, fixed: 0.2, regenerated: 0.3 }[loss];
  return 0.1 + lift + curvature * (a * a + 0.6 * b * b + 0.2 * a * b) + 0.05 * a;
}

/** A landscape file as the trainer writes it, with losses by `bowl`. */
export function landscapeResult(wish: LandscapeWish = {}): LandscapeResult {
  const {
    run = 'a',
    losses = ['clean', 'fixed'],
    measures = ['sharpness', 'worst-case', 'eigenvalue', 'trace', 'curve', 'surface'],
    points = 11,
    radius = 1,
    seed = 0,
    images = 'digits',
    directionsOf,
    curvature = 2,
    grown = points,
    startedAt = '2026-01-01T10:00:00.000Z',
  } = wish;
  const axis = Array.from({ length: points }, (_, i) => (radius * (2 * i - (points - 1))) / (points - 1));
  const has = (measure: LandscapeSetting['measures'][number]) => measures.includes(measure);
  const walks = has('curve') || has('surface');
  const unfinished = grown < points;
  return {
    kind: 'landscape',
    version: 1,
    status: unfinished ? 'running' : 'finished',
    name: `landscape-${run}`,
    setting: {
      checkpoint: { file: `/runs/${run}/checkpoints/best.safetensors`, sha256: `weights-of-${run}` },
      model: 'small-cnn',
      dataset: { name: 'mnist', sha256: images },
      split: 'train',
      indices: Array.from({ length: 512 }, (_, i) => i),
      batchNorm: 'eval',
      losses,
      ...(losses.some(loss => loss !== 'clean')
        ? { attack: { norm: 'linf', epsilon: 0.2, steps: 10, stepSize: 0.05 } }
        : {}),
      measures,
      ...(has('sharpness') ? { sharpness: { directions: 8, scales: [{ scale: 'filter', rho: 0.05 }] } } : {}),
      ...(has('worst-case') ? { worstCaseRho: 0.05 } : {}),
      ...(has('trace') ? { probes: 30 } : {}),
      ...(walks
        ? {
            grid: {
              radius,
              points,
              ...(directionsOf ? { directionsOf: { file: '/other.safetensors', sha256: directionsOf } } : {}),
            },
          }
        : {}),
      seed,
    },
    axis: walks ? axis : [],
    engine: 'simd',
    device: 'test',
    startedAt,
    updatedAt: startedAt,
    seconds: 12,
    ...(unfinished
      ? {
          progress: { tasks: grown, batchSize: 64 },
          standing: {
            stage: `surface, row ${grown + 1} of ${points}`,
            fraction: grown / points,
            seconds: 12,
            secondsLeft: 75,
          },
        }
      : {}),
    sharpness: has('sharpness')
      ? losses.map(loss => ({
          loss,
          scale: 'filter' as const,
          rho: 0.05,
          mean: 0.01 * curvature,
          standardError: 0.001,
          noiseFloor: 2e-8,
        }))
      : [],
    worstCase: has('worst-case')
      ? losses.map(loss => ({ loss, rho: 0.05, rise: 0.03 * curvature, gradientNorm: 0.4 }))
      : [],
    eigenvalue: has('eigenvalue')
      ? losses.map(loss => ({ loss, value: 2 * curvature, iterations: 14, converged: true, residual: 0.02 }))
      : [],
    trace: has('trace') ? losses.map(loss => ({ loss, mean: 90 * curvature, standardError: 4 })) : [],
    curve: has('curve')
      ? losses.map(loss => ({ loss, values: axis.slice(0, grown).map(a => bowl(a, 0, curvature, loss)) }))
      : [],
    surface: has('surface')
      ? losses.map(loss => ({
          loss,
          rows: axis.slice(0, grown).map(b => axis.map(a => bowl(a, b, curvature, loss))),
        }))
      : [],
  };
}

/** The same as the editor's host tells it to the page. */
export function storedLandscape(wish: LandscapeWish = {}): StoredLandscape {
  const { run = 'a', grown, state = grown === undefined ? 'finished' : 'stopped', startedAt = '' } = wish;
  return {
    runFolder: `/runs/${run}`,
    file: `/runs/${run}/evaluations/${startedAt}landscape.json`,
    result: landscapeResult(wish),
    state,
  };
}
