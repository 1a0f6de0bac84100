import { attackListTitle, checkpointTitle, threatTitle } from '../../extension/contract/evaluationNames';
import type { EvaluationView } from '../../extension/contract/evaluationPage';
import { button } from '../shared/controls';
import { element, setText, show } from '../shared/dom';
import { formatCount } from '../shared/format';
import { standingText } from './standing';

type Ask = (method: 'stopEvaluation' | 'continueEvaluation', name: string) => void;

/** The evaluations that are at work or can be continued: how far each is, and what can be done with it. */
export class UnfinishedList {
  readonly element = element('div', { class: 'unfinished' });
  readonly #items = new Map<string, UnfinishedItem>();
  readonly #ask: Ask;

  constructor(ask: Ask) {
    this.#ask = ask;
  }

  update(evaluations: readonly EvaluationView[]): void {
    const unfinished = evaluations.filter(({ state }) => state !== 'finished');
    for (const [name, item] of this.#items) {
      if (unfinished.some(evaluation => evaluation.name === name)) continue;
      item.element.remove();
      this.#items.delete(name);
    }
    for (const evaluation of unfinished) {
      const { name } = evaluation;
      const item = this.#items.get(name) ?? new UnfinishedItem(name, this.#ask);
      if (!this.#items.has(name)) this.element.append(item.element);
      this.#items.set(name, item);
      item.update(evaluation);
    }
    show(this.element, unfinished.length > 0);
  }

  /** Lets what is left fall between two news. */
  tick(): void {
    for (const item of this.#items.values()) item.tick();
  }
}

class UnfinishedItem {
  readonly element: HTMLElement;
  readonly #title = element('strong');
  readonly #status = element('span', { class: 'status', attributes: { role: 'status' } });
  readonly #subject = element('span', { class: 'muted' });
  readonly #bar = element('div', { class: 'progress-value' });
  readonly #progress = element(
    'div',
    { class: 'progress', attributes: { role: 'progressbar', 'aria-valuemin': 0, 'aria-valuemax': 100 } },
    this.#bar,
  );
  readonly #facts = element('span', { class: 'unfinished-facts' });
  readonly #failure = element('p', { class: 'reason' });
  readonly #stop: HTMLElement;
  readonly #continue: HTMLElement;
  #evaluation: EvaluationView | undefined;

  constructor(name: string, ask: Ask) {
    this.#stop = button('Stop', { icon: 'stop', onClick: () => ask('stopEvaluation', name) });
    this.#continue = button('Continue', {
      icon: 'play',
      primary: true,
      onClick: () => ask('continueEvaluation', name),
    });
    this.element = element(
      'div',
      { class: 'unfinished-item' },
      element(
        'div',
        { class: 'unfinished-head' },
        element('div', { class: 'unfinished-name' }, this.#title, this.#status, this.#subject),
        element('div', { class: 'buttons' }, this.#stop, this.#continue),
      ),
      this.#progress,
      this.#facts,
      this.#failure,
    );
  }

  update(evaluation: EvaluationView): void {
    this.#evaluation = evaluation;
    const { setting, state, failure } = evaluation;
    const title = `${attackListTitle(setting.attack)}, ${threatTitle(setting)}`;
    setText(this.#title, title);
    this.#progress.setAttribute('aria-label', title);
    this.#status.dataset['status'] = state === 'died' ? 'interrupted' : state;
    const examples = formatCount(setting.examples.to - setting.examples.from);
    setText(this.#subject, `${checkpointTitle(setting.checkpoint)} · ${examples} images`);
    setText(
      this.#failure,
      failure ?? (state === 'died' ? 'Its process is gone; Continue goes on from its last batch.' : ''),
    );
    show(this.#failure, failure !== undefined || state === 'died');
    show(this.#stop, state === 'running');
    show(this.#continue, state !== 'running');
    this.#progress.classList.toggle('ended', state !== 'running');
    this.tick();
  }

  tick(): void {
    if (!this.#evaluation) return;
    const { state, fraction, facts } = standingText(this.#evaluation, Date.now());
    setText(this.#status, state);
    this.#bar.style.width = `${100 * fraction}%`;
    this.#progress.setAttribute('aria-valuenow', String(Math.floor(100 * fraction)));
    setText(this.#facts, facts.join(' · '));
  }
}
