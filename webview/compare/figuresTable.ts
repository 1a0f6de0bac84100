import { element } from '../shared/dom';
import {
  absent,
  formatDifference,
  formatEpoch,
  formatNumber,
  formatPercent,
  formatPoints,
} from '../shared/format';
import { colorOf } from '../shared/palette';
import type { RunData } from '../shared/runData';
import type { Theme } from '../shared/theme';
import type { Contestant } from './comparison';

interface Figure {
  readonly group: string;
  readonly name: string;
  readonly isShare: boolean;
  /** Which direction is an improvement; undefined where neither is. */
  readonly better?: 'greater';
  readonly of: (run: RunData) => number | undefined;
}

const figures: readonly Figure[] = [
  {
    group: 'Best',
    name: 'Robust',
    isShare: true,
    better: 'greater',
    of: run => run.bestValidation()?.robustAccuracy,
  },
  {
    group: 'Best',
    name: 'Clean',
    isShare: true,
    better: 'greater',
    of: run => run.bestValidation()?.cleanAccuracy,
  },
  {
    group: 'Last',
    name: 'Robust',
    isShare: true,
    better: 'greater',
    of: run => run.lastValidation()?.robustAccuracy,
  },
  {
    group: 'Last',
    name: 'Clean',
    isShare: true,
    better: 'greater',
    of: run => run.lastValidation()?.cleanAccuracy,
  },
  { group: 'Test', name: 'Robust', isShare: true, better: 'greater', of: run => run.test?.robustAccuracy },
  { group: 'Test', name: 'Clean', isShare: true, better: 'greater', of: run => run.test?.cleanAccuracy },
  {
    group: 'Sharpness, last',
    name: 'Adversarial',
    isShare: false,
    of: run => numberOrNothing(run.sharpness.at(run.sharpness.rows - 1, 'adversarial')),
  },
  {
    group: 'Sharpness, last',
    name: 'Clean',
    isShare: false,
    of: run => numberOrNothing(run.sharpness.at(run.sharpness.rows - 1, 'clean')),
  },
];

/** A row a run with its figures, and their differences from the baseline. */
export function figuresTable(
  contestants: readonly Contestant[],
  baseline: Contestant | undefined,
  theme: Theme,
  actions: { pin: (runFolder: string) => void; open: (runFolder: string) => void },
): HTMLElement {
  const groups = [...new Set(figures.map(({ group }) => group))];
  return element(
    'div',
    { class: 'table-scroll', attributes: { tabindex: 0, role: 'group', 'aria-label': 'Figures' } },
    element(
      'table',
      { class: 'grid' },
      element(
        'caption',
        { class: 'screen-reader' },
        'Figures of each run, with differences from the baseline',
      ),
      element(
        'thead',
        {},
        element(
          'tr',
          {},
          element('th', { attributes: { scope: 'col', rowspan: 2 } }, 'Run'),
          element('th', { attributes: { scope: 'col', rowspan: 2 }, class: 'number' }, 'Epoch'),
          ...groups.map(group =>
            element(
              'th',
              {
                class: 'group',
                attributes: {
                  scope: 'colgroup',
                  colspan: figures.filter(figure => figure.group === group).length,
                },
              },
              group,
            ),
          ),
        ),
        element(
          'tr',
          {},
          ...figures.map(({ name }) =>
            element('th', { class: 'number', attributes: { scope: 'col' } }, name),
          ),
        ),
      ),
      element(
        'tbody',
        {},
        ...contestants.map(contestant => figuresRow(contestant, contestants, baseline, theme, actions)),
      ),
    ),
  );
}

function figuresRow(
  contestant: Contestant,
  all: readonly Contestant[],
  baseline: Contestant | undefined,
  theme: Theme,
  actions: { pin: (runFolder: string) => void; open: (runFolder: string) => void },
): HTMLElement {
  const { run, setup, state, label } = contestant;
  const isBaseline = contestant === baseline;
  const swatch = element('span', { class: 'swatch' });
  swatch.style.setProperty('--color', colorOf(contestant.hue, theme));
  return element(
    'tr',
    { class: isBaseline ? 'baseline' : '' },
    element(
      'th',
      { attributes: { scope: 'row' } },
      element(
        'div',
        { class: 'run-cell' },
        element(
          'span',
          { class: 'run-name' },
          swatch,
          element(
            'button',
            {
              class: 'link-button',
              title: `Open the dashboard of ${label}`,
              attributes: { type: 'button' },
              on: { click: () => actions.open(setup.runFolder) },
            },
            label,
          ),
        ),
        element('span', { class: 'note' }, state.live ? 'running' : state.status),
        isBaseline
          ? element('span', { class: 'tag' }, 'Baseline')
          : element(
              'button',
              {
                class: 'text-button',
                attributes: { type: 'button', 'aria-label': `Make baseline: ${label}` },
                on: { click: () => actions.pin(setup.runFolder) },
              },
              'Make baseline',
            ),
      ),
    ),
    element('td', { class: 'number' }, formatEpoch(Math.floor(run.epochOf(run.step) * 100) / 100)),
    ...figures.map(figure => {
      const cell = figureCell(figure, run, isBaseline ? undefined : baseline?.run);
      if (isBest(figure, contestant, all)) cell.classList.add('best');
      return cell;
    }),
  );
}

function figureCell(
  { isShare, better, of }: Figure,
  run: RunData,
  baseline: RunData | undefined,
): HTMLElement {
  const value = of(run);
  const reference = baseline ? of(baseline) : undefined;
  const format = isShare ? formatPercent : formatNumber;
  const cell = element('td', { class: 'number' }, value === undefined ? absent : format(value));
  if (value === undefined || reference === undefined) return cell;
  const difference = value - reference;
  const direction = difference > 0 ? 'greater' : difference < 0 ? 'less' : undefined;
  const judged = better && direction ? (direction === better ? ' gain' : ' loss') : '';
  cell.append(
    element(
      'span',
      {
        class: `difference${judged}`,
        title: isShare ? 'percentage points against the baseline' : 'against the baseline',
      },
      isShare ? formatPoints(difference) : formatDifference(difference),
    ),
  );
  return cell;
}

/** Whether no other run of several does better. */
function isBest({ better, of }: Figure, { run }: Contestant, all: readonly Contestant[]): boolean {
  const value = of(run);
  if (!better || value === undefined || all.length < 2) return false;
  return all.every(other => {
    const rival = of(other.run) ?? value;
    return rival <= value;
  });
}

function numberOrNothing(value: number): number | undefined {
  return Number.isNaN(value) ? undefined : value;
}
