import type {
  LandscapeLoss,
  LandscapeMeasure,
  LandscapeResult,
  SharpnessScale,
} from '../../contract/landscape';
import { type Workload, workDone, workOf } from './work';

/** What a person wants to be measured, of one run or several. */
export interface LandscapeWish {
  readonly measures: readonly LandscapeMeasure[];
  readonly losses: readonly LandscapeLoss[];
  readonly images: number;
  readonly split: 'train' | 'test';
  readonly points: number;
  readonly radius: number;
  /** Whether all runs walk along the directions of the first, or each along its own filters. */
  readonly sameDirections: boolean;
}

export const usualImages = 512;
export const attackSteps = 10;
const directions = 8;
const probes = 30;
const scales: readonly SharpnessScale[] = ['filter', 'adaptive', 'absolute'];

/** What can be chosen first, the usual one first. */
export const subjects: Readonly<
  Record<string, { readonly label: string; readonly measures: readonly LandscapeMeasure[] }>
> = {
  figures: {
    label: 'Figures and a curve',
    measures: ['sharpness', 'worst-case', 'eigenvalue', 'trace', 'curve'],
  },
  curve: { label: 'Curve', measures: ['curve'] },
  surface: { label: 'Surface', measures: ['surface'] },
  all: {
    label: 'Everything',
    measures: ['sharpness', 'worst-case', 'eigenvalue', 'trace', 'curve', 'surface'],
  },
};

function walks({ measures }: Pick<LandscapeWish, 'measures'>): boolean {
  return measures.includes('curve') || measures.includes('surface');
}

/** What `landscape` takes for one of the runs. */
export function argumentsOf(wish: LandscapeWish, runFolder: string, firstRun: string): string[] {
  const { measures, losses, images, split, points, radius, sameDirections } = wish;
  return [
    runFolder,
    ...['--measure', measures.join(',')],
    ...['--loss', losses.join(',')],
    // Of the usual number the trainer takes fewer where there are fewer.
    ...(images === usualImages ? [] : ['--examples', String(images)]),
    ...['--split', split],
    ...['--attack-steps', String(attackSteps)],
    ...(measures.includes('sharpness')
      ? ['--scale', scales.join(','), '--directions', String(directions)]
      : []),
    ...(measures.includes('trace') ? ['--probes', String(probes)] : []),
    ...(walks(wish) ? ['--points', String(points), '--radius', String(radius)] : []),
    ...(walks(wish) && sameDirections && runFolder !== firstRun ? ['--directions-of', firstRun] : []),
  ];
}

/** The most it costs for each run, in forward passes of one image. */
export function workOfWish(wish: LandscapeWish): number {
  const { measures, losses, images, points, radius } = wish;
  const workload: Workload = {
    measures,
    losses,
    images,
    attackSteps,
    sharpness: { directions, scales: scales.map(scale => ({ scale, rho: 0 })) },
    probes,
    grid: { points, radius },
  };
  return workOf(workload);
}

/** A landscape that has been measured, and how long it took. */
export type Measured = Pick<
  LandscapeResult,
  'setting' | 'eigenvalue' | 'seconds' | 'engine' | 'startedAt' | 'status'
>;

/** How fast the newest finished landscape was; undefined where none has been measured. */
export function measuredPace(
  landscapes: readonly Measured[],
): { readonly passesASecond: number; readonly engine: string } | undefined {
  const newest = [...landscapes]
    .filter(measured => measured.status === 'finished' && measured.seconds > 0 && workDone(measured) > 0)
    .sort((a, b) => b.startedAt.localeCompare(a.startedAt))[0];
  return newest && { passesASecond: workDone(newest) / newest.seconds, engine: newest.engine };
}

/** "at most 450 thousand image passes a run, 2 min by the last measurement on simd" */
export function describeWork(passes: number, pace: ReturnType<typeof measuredPace>): string {
  const work = `${passesInWords(passes)} image passes a run`;
  return pace
    ? `${work}, ${timeInWords(passes / pace.passesASecond)} by the last one on ${pace.engine}`
    : work;
}

function passesInWords(passes: number): string {
  const [size, unit] = passes < 1e6 ? [1e3, 'thousand'] : passes < 1e9 ? [1e6, 'million'] : [1e9, 'billion'];
  return `${Number((passes / size).toPrecision(2))} ${unit}`;
}

function timeInWords(seconds: number): string {
  if (seconds < 100) return `${Math.max(1, Math.round(seconds))} s`;
  return seconds < 6000 ? `${Math.round(seconds / 60)} min` : `${Number((seconds / 3600).toPrecision(2))} h`;
}
