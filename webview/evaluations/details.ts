import {
  attackListTitle,
  attackTitle,
  checkpointTitle,
  threatTitle,
} from '../../extension/contract/evaluationNames';
import type { EvaluationsHost, EvaluationView } from '../../extension/contract/evaluationPage';
import { button, hint } from '../shared/controls';
import { element } from '../shared/dom';
import { formatCount, formatDuration, formatPercent } from '../shared/format';
import { icon } from '../shared/icons';
import { intervalText } from './evaluationsTable';

export type AskByName = (
  method: Extract<keyof EvaluationsHost, 'copyCommand' | 'copyRobustIndices' | 'saveRobustIndices'>,
) => void;

/**
 * One evaluation closely: warnings, attack by attack, class by class, how to repeat it.
 * @param charts what is drawn of it
 */
export function detailsOf(evaluation: EvaluationView, charts: HTMLElement, ask: AskByName): HTMLElement[] {
  const { setting, engine, device, startedAt, commandLine, state, warnings } = evaluation;
  const title = `${attackListTitle(setting.attack)}, ${threatTitle(setting)}, ${checkpointTitle(setting.checkpoint)}`;
  const facts = [
    `${setting.model} on ${setting.dataset.name}, test examples ${setting.examples.from} to ${setting.examples.to - 1}`,
    `seed ${setting.seed}`,
    `${engine} engine (${device})`,
    new Date(startedAt).toLocaleString(),
  ];
  return [
    element('h4', {}, title),
    element('p', { class: 'muted' }, facts.join(' · ')),
    ...warnings.map(warningBanner),
    charts,
    attackTable(evaluation),
    classTable(evaluation),
    ...(state === 'finished' ? [robustIndices(evaluation, ask)] : []),
    ...(commandLine === undefined ? [] : [commandRow(commandLine, ask)]),
  ];
}

function warningBanner({ found, meaning, advice }: EvaluationView['warnings'][number]): HTMLElement {
  return element(
    'div',
    { class: 'banner evaluation-warning' },
    icon('warning'),
    element(
      'div',
      {},
      element('p', {}, element('strong', {}, found)),
      element('p', {}, meaning),
      element('p', {}, `What to try: ${advice}`),
    ),
  );
}

function attackTable({ figures, setting, state }: EvaluationView): HTMLElement {
  const { clean, attacks, worstCase } = figures;
  const row = (name: string, figure: typeof clean, more: readonly string[] = ['', '', '']) => {
    const [attacked = '', broken = '', time = ''] = more;
    const texts = [attacked, broken, formatPercent(figure.accuracy), intervalText(figure.interval), time];
    return element(
      'tr',
      {},
      element('th', { attributes: { scope: 'row' } }, name),
      ...texts.map(text => element('td', { class: 'number' }, text)),
    );
  };
  const heads = ['', 'Attacked', 'Broken', 'Accuracy', '95 % interval', 'Time'];
  const soFar = state === 'finished' ? '' : ' so far';
  return scrollable(
    'Attack by attack',
    element(
      'table',
      { class: 'grid' },
      element(
        'caption',
        {},
        'Attack by attack',
        hint(
          'the attacks',
          setting.each
            ? 'Every attack was given all correctly classified examples. The worst case counts the examples that none of them broke.'
            : 'Each attack is given what the ones before it have left, and its accuracy is that after it. The worst case counts the examples that none of them broke. Intervals are Wilson score intervals: where the accuracy on all images of this kind would lie, by the number of images alone.',
        ),
      ),
      element('thead', {}, element('tr', {}, ...heads.map(headOf))),
      element(
        'tbody',
        {},
        row('Clean', clean),
        ...attacks.map(figure =>
          row(attackTitle(figure.name), figure, [
            formatCount(figure.attacked),
            formatCount(figure.broken),
            timeText(figure.seconds),
          ]),
        ),
        row(`Worst case${soFar}`, worstCase),
      ),
    ),
  );
}

function classTable({ figures }: EvaluationView): HTMLElement {
  const { clean, attacks, worstCase } = figures;
  const columns = [
    { name: 'Clean', figure: clean },
    ...attacks.map(figure => ({ name: attackTitle(figure.name), figure })),
    { name: 'Worst case', figure: worstCase },
  ];
  const rows = worstCase.perClass.map(({ class: number, examples, interval }, i) =>
    element(
      'tr',
      {},
      element('th', { attributes: { scope: 'row' } }, String(number)),
      element('td', { class: 'number' }, formatCount(examples)),
      ...columns.map(({ figure }) =>
        element('td', { class: 'number' }, formatPercent(figure.perClass[i]?.accuracy)),
      ),
      element('td', { class: 'number' }, intervalText(interval)),
    ),
  );
  const heads = ['Class', 'Images', ...columns.map(({ name }) => name), '95 % interval'];
  return element(
    'details',
    { class: 'per-class' },
    element('summary', {}, 'Per class'),
    scrollable(
      'Per class',
      element(
        'table',
        { class: 'grid' },
        element('caption', { class: 'screen-reader' }, 'Accuracy of every class'),
        element('thead', {}, element('tr', {}, ...heads.map(headOf))),
        element('tbody', {}, ...rows),
      ),
    ),
  );
}

function robustIndices({ figures }: EvaluationView, ask: AskByName): HTMLElement {
  const { correct, examples } = figures.worstCase;
  return element(
    'div',
    { class: 'detail-row' },
    element('span', {}, `${formatCount(correct)} of ${formatCount(examples)} examples stay robust.`),
    button('Copy indices', { onClick: () => ask('copyRobustIndices') }),
    button('Save indices…', { onClick: () => ask('saveRobustIndices') }),
  );
}

function commandRow(commandLine: string, ask: AskByName): HTMLElement {
  return element(
    'div',
    { class: 'detail-row' },
    element('code', { class: 'command', attributes: { tabindex: 0 } }, commandLine),
    button('Copy command', { onClick: () => ask('copyCommand') }),
  );
}

/** Quick attacks take tenths of a second. */
const timeText = (seconds: number): string =>
  seconds < 10 ? `${seconds.toFixed(1)} s` : formatDuration(seconds);

function headOf(name: string, place: number): HTMLElement {
  return place === 0 && name === ''
    ? element('td')
    : element('th', { class: place > 0 ? 'number' : '', attributes: { scope: 'col' } }, name);
}

function scrollable(label: string, table: HTMLElement): HTMLElement {
  return element(
    'div',
    { class: 'table-scroll', attributes: { tabindex: 0, role: 'group', 'aria-label': label } },
    table,
  );
}
