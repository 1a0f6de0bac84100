import type { LandscapeRun, StoredLandscape } from '../../extension/contract/landscapePage';
import { button } from '../shared/controls';
import { element, show } from '../shared/dom';
import { formatDuration } from '../shared/format';

export interface ProgressActions {
  stop(file: string): void;
  resume(file: string): void;
}

/** Landscapes that are being measured, or wait to be continued: a line each. */
export class ProgressList {
  readonly element = element('div', { class: 'progress-list' });
  readonly #actions: ProgressActions;
  #rows = new Map<string, { readonly state: string; readonly element: HTMLElement }>();

  constructor(actions: ProgressActions) {
    this.#actions = actions;
  }

  update(runs: readonly LandscapeRun[], landscapes: readonly StoredLandscape[], canMeasure: boolean): void {
    const unfinished = landscapes.filter(({ result }) => result.status === 'running');
    show(this.element, unfinished.length > 0);
    const rows = new Map<string, { readonly state: string; readonly element: HTMLElement }>();
    for (const landscape of unfinished) {
      const state = `${landscape.state} ${canMeasure}`;
      const before = this.#rows.get(landscape.file);
      const row =
        before?.state === state ? before : { state, element: this.#row(landscape, runs, canMeasure) };
      fill(row.element, landscape);
      rows.set(landscape.file, row);
    }
    const same = [...rows.values()].every((row, i) => [...this.#rows.values()][i] === row);
    if (!same || rows.size !== this.#rows.size) {
      this.element.replaceChildren(...[...rows.values()].map(row => row.element));
    }
    this.#rows = rows;
  }

  /** The buttons stay the same elements while nothing changes but the figures, so that they keep the focus. */
  #row(
    { file, state, result, runFolder }: StoredLandscape,
    runs: readonly LandscapeRun[],
    canMeasure: boolean,
  ): HTMLElement {
    const name = runs.find(run => run.runFolder === runFolder)?.name ?? runFolder;
    const live = state === 'running';
    const title = `${name}: ${result.setting.measures.join(', ')}`;
    return element(
      'div',
      { class: 'progress-row', attributes: { role: 'group', 'aria-label': title } },
      element(
        'div',
        { class: 'progress-text' },
        element('strong', {}, title),
        element('span', { class: 'progress-stage muted', attributes: { role: 'status' } }),
      ),
      live
        ? button('Stop', { icon: 'stop', onClick: () => this.#actions.stop(file) })
        : canMeasure &&
            button('Continue', {
              icon: 'play',
              primary: true,
              onClick: () => this.#actions.resume(file),
            }),
      element(
        'div',
        {
          class: live ? 'progress' : 'progress ended',
          attributes: { role: 'progressbar', 'aria-label': title, 'aria-valuemin': 0, 'aria-valuemax': 100 },
        },
        element('div', { class: 'progress-value' }),
      ),
    );
  }
}

const endings = { stopped: 'stopped', died: 'its process has died', failed: 'failed', finished: 'finished' };

function fill(row: HTMLElement, { state, result }: StoredLandscape): void {
  const { stage = 'beginning', fraction = 0, secondsLeft } = result.standing ?? {};
  const percent = Math.round(fraction * 100);
  const left = secondsLeft === undefined ? '' : `, ${formatDuration(secondsLeft)} left`;
  const failure = state === 'failed' ? ` ${result.failure ?? ''}` : '';
  const text =
    state === 'running'
      ? `${stage} · ${percent} %${left}`
      : `${endings[state]} at ${percent} %; what was measured is kept.${failure}`;
  const stageElement = row.querySelector('.progress-stage');
  if (stageElement && stageElement.textContent !== text) stageElement.textContent = text;
  const bar = row.querySelector('.progress');
  bar?.setAttribute('aria-valuenow', String(percent));
  const value = row.querySelector<HTMLElement>('.progress-value');
  if (value) value.style.width = `${fraction * 100}%`;
}
