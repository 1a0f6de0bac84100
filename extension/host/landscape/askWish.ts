import { type QuickPickItem, window } from 'vscode';
import type { LandscapeLoss } from '../../contract/landscape';
import {
  describeWork,
  type LandscapeWish,
  type measuredPace,
  subjects,
  usualImages,
  walks,
  workOfWish,
} from './wish';

interface Choice<Value> extends QuickPickItem {
  readonly value: Value;
}

type Pace = ReturnType<typeof measuredPace>;

const lossChoices: readonly {
  readonly label: string;
  readonly description: string;
  readonly losses: readonly LandscapeLoss[];
}[] = [
  {
    label: 'Clean and adversarial',
    description: 'adversarial images made once, at the weights',
    losses: ['clean', 'fixed'],
  },
  {
    label: 'Clean, adversarial and regenerated',
    description: 'adversarial images also made anew at every point: the robust loss itself, much more work',
    losses: ['clean', 'fixed', 'regenerated'],
  },
  { label: 'Clean', description: 'the images as they are', losses: ['clean'] },
];

/**
 * Asks what to measure, in a few short lists with the usual choice first and the work that each means.
 * @param runs how many runs it is for
 * @returns undefined when the person has changed their mind; `stored` to look at what is there
 */
export async function askWish(
  runs: number,
  stored: number,
  pace: Pace,
): Promise<LandscapeWish | 'stored' | undefined> {
  const usual: LandscapeWish = {
    measures: [],
    losses: ['clean', 'fixed'],
    images: usualImages,
    split: 'train',
    points: 21,
    radius: 1,
    sameDirections: runs > 1,
  };
  const cost = (change: Partial<LandscapeWish>, wish: LandscapeWish = usual) =>
    describeWork(workOfWish({ ...wish, ...change }), pace);

  const what = await choose<Partial<LandscapeWish> | 'stored'>(
    'What to measure; the work is that of the usual choices',
    [
      ...(stored > 0
        ? [
            {
              label: '$(eye) Show what is stored',
              description: `${stored} landscapes`,
              value: 'stored' as const,
            },
          ]
        : []),
      ...Object.values(subjects).map(({ label, measures }) => ({
        label,
        description: measures.length > 1 ? measures.join(', ') : '',
        detail: `${upTo(measures)}${cost({ measures })}`,
        value: { measures },
      })),
    ],
  );
  if (what === undefined || what === 'stored') return what;
  const chosen = { ...usual, ...what };

  const losses = await choose(
    'Which losses',
    lossChoices.map(({ label, description, losses: value }) => ({
      label,
      description,
      detail: `${upTo(chosen.measures)}${cost({ losses: value }, chosen)}`,
      value,
    })),
  );
  if (!losses) return undefined;
  const withLosses = { ...chosen, losses };

  const images = await choose<Pick<LandscapeWish, 'images' | 'split'>>(
    'How many images',
    [
      { images: usualImages, split: 'train' as const },
      { images: 128, split: 'train' as const },
      { images: 2048, split: 'train' as const },
      { images: usualImages, split: 'test' as const },
      { images: 2048, split: 'test' as const },
    ].map(value => ({
      label: `${value.images} ${value.split === 'train' ? 'training' : 'test'} images`,
      description: 'drawn by the seed',
      detail: `${upTo(chosen.measures)}${cost(value, withLosses)}`,
      value,
    })),
  );
  if (!images) return undefined;
  const withImages = { ...withLosses, ...images };
  return walks(withImages) ? askWalk(withImages, runs, change => cost(change, withImages)) : withImages;
}

/** How far, how fine and along which directions. */
async function askWalk(
  wish: LandscapeWish,
  runs: number,
  cost: (change: Partial<LandscapeWish>) => string,
): Promise<LandscapeWish | undefined> {
  const isSurface = wish.measures.includes('surface');
  const sizes = isSurface ? [21, 11, 15, 31, 51] : [21, 11, 41, 81];
  const grid = await choose<Pick<LandscapeWish, 'points' | 'radius'>>(
    'How far and how fine',
    [
      ...sizes.map(points => ({ points, radius: 1 })),
      { points: 21, radius: 0.5 },
      { points: 21, radius: 2 },
    ].map(value => ({
      label: `${isSurface ? `${value.points} × ${value.points}` : value.points} points to ±${value.radius}`,
      description: 'in multiples of the filters',
      detail: `${upTo(wish.measures)}${cost(value)}`,
      value,
    })),
  );
  if (!grid || runs < 2) return grid && { ...wish, ...grid };
  const sameDirections = await choose('Which directions', [
    {
      label: 'The same for all runs',
      description: "as long as the first run's filters",
      value: true,
    },
    {
      label: "As long as each run's own filters",
      description: 'the same random draws; Li et al. 2018',
      value: false,
    },
  ]);
  return sameDirections === undefined ? undefined : { ...wish, ...grid, sameDirections };
}

/** The eigenvalue's iteration usually ends earlier. */
const upTo = (measures: LandscapeWish['measures']): string =>
  measures.includes('eigenvalue') ? 'at most ' : '';

async function choose<Value>(
  placeHolder: string,
  items: readonly Choice<Value>[],
): Promise<Value | undefined> {
  const chosen = await window.showQuickPick(items, { title: 'Loss Landscape', placeHolder });
  return chosen?.value;
}
