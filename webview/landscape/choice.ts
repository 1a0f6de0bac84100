import type { LandscapeLoss } from '../../extension/contract/landscape';
import type { LandscapeRun, StoredLandscape } from '../../extension/contract/landscapePage';
import { describeImages, whyNotComparable } from './comparability';

export type Walk = 'curve' | 'surface';

/** What is drawn together, and what is not. */
export interface Chosen {
  /** At most one landscape a run, all comparable; the first is what the others are compared with. */
  readonly shown: readonly StoredLandscape[];
  readonly left: readonly { readonly run: LandscapeRun; readonly why: string }[];
}

/** The landscapes that have this walk with this loss, the newest first. */
export function landscapesWith(
  landscapes: readonly StoredLandscape[],
  walk: Walk,
  loss: LandscapeLoss,
): StoredLandscape[] {
  return landscapes
    .filter(({ result }) => result[walk].some(part => part.loss === loss))
    .sort((a, b) => b.result.startedAt.localeCompare(a.result.startedAt));
}

/**
 * What to draw: the landscape asked for, or the one that has most others comparable to it, or of these the newest; and of
 * every other run its newest that is comparable to that one.
 * @param wanted the file of the landscape that the others are to be compared with
 */
export function chooseLandscapes(
  runs: readonly LandscapeRun[],
  landscapes: readonly StoredLandscape[],
  { walk, loss, wanted }: { readonly walk: Walk; readonly loss: LandscapeLoss; readonly wanted?: string },
): Chosen {
  const candidates = landscapesWith(landscapes, walk, loss);
  const fits = (one: StoredLandscape, other: StoredLandscape) =>
    whyNotComparable(one.result.setting, other.result.setting, loss, walk).length === 0;
  const runsLike = (one: StoredLandscape) =>
    new Set(candidates.filter(other => fits(one, other)).map(({ runFolder }) => runFolder)).size;
  const reference =
    candidates.find(({ file }) => file === wanted) ??
    [...candidates].sort((a, b) => runsLike(b) - runsLike(a))[0];
  if (!reference) return { shown: [], left: [] };
  const shown: StoredLandscape[] = [];
  const left: { run: LandscapeRun; why: string }[] = [];
  for (const run of runs) {
    const own = candidates.filter(({ runFolder }) => runFolder === run.runFolder);
    const found = own.includes(reference) ? reference : own.find(candidate => fits(reference, candidate));
    if (found) shown.push(found);
    else left.push({ run, why: reasonToLeave(own[0], reference, walk, loss) });
  }
  return { shown, left };
}

function reasonToLeave(
  newest: StoredLandscape | undefined,
  reference: StoredLandscape,
  walk: Walk,
  loss: LandscapeLoss,
): string {
  if (!newest) return `it has no ${walk} of this loss yet.`;
  const why = whyNotComparable(reference.result.setting, newest.result.setting, loss, walk);
  return `not comparable: ${why.join('; ')}.`;
}

/** "21 × 21 points to ±1, 512 training images, seed 0": how a landscape is told from the others of its run. */
export function describeWalk({ result }: StoredLandscape, walk: Walk): string {
  const { setting, axis } = result;
  const count = walk === 'surface' ? `${axis.length} × ${axis.length}` : String(axis.length);
  const reach = setting.grid?.radius ?? 0;
  return `${count} points to ±${reach}, ${describeImages(setting)}, seed ${setting.seed}`;
}
