import type { LandscapeLoss, LandscapeResult, LandscapeSetting } from '../../extension/contract/landscape';
import { formatCount, formatNumber } from '../shared/format';

/**
 * Why two landscapes may not be drawn over or beside one another, in words that go on from "Not comparable: "; empty where they
 * may. Curves and surfaces show the same thing when the losses are over the same images with the same attack, and the directions
 * have the same draws and lengths.
 * @param walk a surface must also reach as far as the other one
 */
export function whyNotComparable(
  one: LandscapeSetting,
  other: LandscapeSetting,
  loss: LandscapeLoss,
  walk: 'curve' | 'surface',
): string[] {
  return [
    ...imageDifferences(one, other),
    ...(loss === 'clean' ? [] : attackDifferences(one, other)),
    ...directionDifferences(one, other),
    ...(walk === 'surface' && one.grid?.radius !== other.grid?.radius
      ? [
          `they reach ${formatNumber(one.grid?.radius)} and ${formatNumber(other.grid?.radius)} along the directions`,
        ]
      : []),
  ];
}

function imageDifferences(one: LandscapeSetting, other: LandscapeSetting): string[] {
  if (one.dataset.sha256 === other.dataset.sha256 && one.split === other.split) return [];
  const [a, b] = [describeImages(one), describeImages(other)];
  return [a === b ? 'they look at other images' : `they look at other images: ${a}, and ${b}`];
}

function attackDifferences(one: LandscapeSetting, other: LandscapeSetting): string[] {
  const [a, b] = [describeAttack(one), describeAttack(other)];
  if (a === b && one.seed === other.seed) return [];
  return [
    a === b ? 'their attacks start from other random points (seeds)' : `their attacks differ: ${a}, and ${b}`,
  ];
}

function directionDifferences(one: LandscapeSetting, other: LandscapeSetting): string[] {
  if (one.model !== other.model) return [`the networks differ (${one.model}, ${other.model})`];
  if (one.seed !== other.seed) return [`the directions have other seeds (${one.seed}, ${other.seed})`];
  const own = one.grid?.directionsOf === undefined && other.grid?.directionsOf === undefined;
  if (own || lengthsOf(one) === lengthsOf(other)) return [];
  return ["the directions have other lengths: one's follow another network's filters"];
}

/** The checkpoint to whose filters the directions are normalised. */
function lengthsOf({ checkpoint, grid }: LandscapeSetting): string {
  return grid?.directionsOf?.sha256 ?? checkpoint.sha256;
}

/** How the directions of comparable landscapes belong together. */
export function describeDirections(settings: readonly LandscapeSetting[]): string {
  const lengths = new Set(settings.map(lengthsOf));
  const seed = settings[0]?.seed ?? 0;
  const [only, another] = settings;
  if (!another) {
    return only && lengthsOf(only) !== only.checkpoint.sha256
      ? `Directions of seed ${seed}, normalised to another network's filters.`
      : `Directions of seed ${seed}, normalised to the network's own filters.`;
  }
  return lengths.size === 1
    ? `The same directions for all: seed ${seed}, normalised to one network's filters.`
    : `The same random draws for all (seed ${seed}), each normalised to its own network's filters.`;
}

/** "512 train images" */
export function describeImages({ indices, split }: LandscapeSetting): string {
  return `${formatCount(indices.length)} ${split === 'train' ? 'training' : 'test'} images`;
}

/** "PGD-10, linf, epsilon 0.2" */
export function describeAttack({ attack }: LandscapeSetting): string {
  if (!attack) return 'no attack';
  const { norm, epsilon, steps, stepSize } = attack;
  return `PGD-${steps}, ${norm}, epsilon ${formatNumber(epsilon)}, step ${formatNumber(stepSize)}`;
}

export const lossNames: Readonly<Record<LandscapeLoss, string>> = {
  clean: 'Clean',
  fixed: 'Adversarial, fixed',
  regenerated: 'Adversarial, regenerated',
};

/** What landscapes that are drawn together have in common: "512 training images, PGD-10, linf, …". */
export function describeSubject(setting: LandscapeSetting, loss: LandscapeLoss): string {
  const images = describeImages(setting);
  return loss === 'clean' ? `${images}.` : `${images}, ${describeAttack(setting)}.`;
}

/** Which images a loss is over. */
export const lossDefinitions: Readonly<Record<LandscapeLoss, string>> = {
  clean: 'Mean cross-entropy over the images as they are.',
  fixed:
    'Mean cross-entropy over adversarial images that were made once, at the weights themselves. Away from the weights they are no longer the worst ones: they underestimate the robust loss there.',
  regenerated:
    'Mean cross-entropy over adversarial images that are made anew at every point: the robust loss itself, as the AWP paper draws it. Wu, Xia, Wang, NeurIPS 2020.',
};

/** The losses that are there in any of the landscapes, in the order of `lossNames`. */
export function lossesIn(results: readonly LandscapeResult[], walk: 'curve' | 'surface'): LandscapeLoss[] {
  const found = new Set(results.flatMap(result => result[walk].map(({ loss }) => loss)));
  return (Object.keys(lossNames) as LandscapeLoss[]).filter(loss => found.has(loss));
}
