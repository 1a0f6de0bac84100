import type { LandscapeLoss } from '../../contract/landscape';
import { askOption, askSteps, type Option, type Step } from '../dialogue';
import {
  describeWork,
  type LandscapeWish,
  type measuredPace,
  subjects,
  usualImages,
  workOfWish,
} from './wish';

/** What is wished so far, the usual where nothing has been said. */
interface Draft extends LandscapeWish {
  /** Nothing is to be measured; the person wants to look at what is there. */
  readonly stored: boolean;
}

type Cost = (wish: LandscapeWish) => string;

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
 * @param stored how many landscapes could be shown instead
 * @returns undefined when the person has changed their mind; `stored` to look at what is there
 */
export async function askWish(
  runs: number,
  stored: number,
  pace: ReturnType<typeof measuredPace>,
): Promise<LandscapeWish | 'stored' | undefined> {
  const usual: Draft = {
    measures: [],
    losses: ['clean', 'fixed'],
    images: usualImages,
    split: 'train',
    points: 21,
    radius: 1,
    sameDirections: runs > 1,
    stored: false,
  };
  const cost: Cost = wish => `${upTo(wish.measures)}${describeWork(workOfWish(wish), pace)}`;
  const measuring = [
    askLosses(cost),
    askImages(cost),
    // Every subject walks: a curve or a surface is in each.
    askGrid(cost),
    ...(runs > 1 ? [askDirections] : []),
  ];
  const stepsFor = (draft: Draft) => [askWhat(stored, cost), ...(draft.stored ? [] : measuring)];
  const draft = await askSteps('Loss Landscape', stepsFor, usual);
  if (!draft) return undefined;
  const { stored: isStored, ...wish } = draft;
  return isStored ? 'stored' : wish;
}

function askWhat(stored: number, cost: Cost): Step<Draft> {
  return (place, usual) => {
    const look = {
      label: '$(eye) Show what is stored',
      description: `${stored} landscapes`,
      value: { stored: true },
    };
    const measure = Object.values(subjects).map(({ label, measures }) => ({
      label,
      description: measures.length > 1 ? measures.join(', ') : '',
      detail: cost({ ...usual, measures }),
      value: { measures },
    }));
    const options: Option<Partial<Draft>>[] = stored > 0 ? [look, ...measure] : measure;
    return askOption(place, 'What to measure; the work is that of the usual choices', options);
  };
}

function askLosses(cost: Cost): Step<Draft> {
  return (place, draft) =>
    askOption(
      place,
      'Which losses',
      lossChoices.map(({ label, description, losses }) => ({
        label,
        description,
        detail: cost({ ...draft, losses }),
        value: { losses },
      })),
    );
}

function askImages(cost: Cost): Step<Draft> {
  const choices = [
    { images: usualImages, split: 'train' },
    { images: 128, split: 'train' },
    { images: 2048, split: 'train' },
    { images: usualImages, split: 'test' },
    { images: 2048, split: 'test' },
  ] as const;
  return (place, draft) =>
    askOption(
      place,
      'How many images',
      choices.map(value => ({
        label: `${value.images} ${value.split === 'train' ? 'training' : 'test'} images`,
        description: 'drawn by the seed',
        detail: cost({ ...draft, ...value }),
        value,
      })),
    );
}

/** How far and how fine. */
function askGrid(cost: Cost): Step<Draft> {
  return (place, draft) => {
    const isSurface = draft.measures.includes('surface');
    const sizes = isSurface ? [21, 11, 15, 31, 51] : [21, 11, 41, 81];
    const choices = [
      ...sizes.map(points => ({ points, radius: 1 })),
      { points: 21, radius: 0.5 },
      { points: 21, radius: 2 },
    ];
    return askOption(
      place,
      'How far and how fine',
      choices.map(value => ({
        label: `${isSurface ? `${value.points} × ${value.points}` : value.points} points to ±${value.radius}`,
        description: 'in multiples of the filters',
        detail: cost({ ...draft, ...value }),
        value,
      })),
    );
  };
}

const askDirections: Step<Draft> = place =>
  askOption(place, 'Which directions', [
    {
      label: 'The same for all runs',
      description: "as long as the first run's filters",
      value: { sameDirections: true },
    },
    {
      label: "As long as each run's own filters",
      description: 'the same random draws; Li et al. 2018',
      value: { sameDirections: false },
    },
  ]);

/** The eigenvalue's iteration usually ends earlier. */
const upTo = (measures: LandscapeWish['measures']): string =>
  measures.includes('eigenvalue') ? 'at most ' : '';
