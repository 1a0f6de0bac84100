import type { DashboardHost, DashboardPage, RunSetup, RunState } from '../../extension/contract/dashboard';
import { button } from '../shared/controls';
import { element, setText, show } from '../shared/dom';
import { formatCount, formatDuration, formatEpoch, formatNumber, formatRate } from '../shared/format';
import type { HostLine } from '../shared/host';
import type { RunData } from '../shared/runData';
import { remainingSeconds } from './eta';

const statusNames: Readonly<Record<RunState['status'], string>> = {
  running: 'Running',
  finished: 'Finished',
  stopped: 'Stopped',
  interrupted: 'Interrupted',
  failed: 'Failed',
};

/** Name, status and progress of the run, and what one can do with it. */
export class Header {
  readonly element: HTMLElement;
  readonly #name = element('h1');
  readonly #status = element('span', { class: 'status', attributes: { role: 'status' } });
  readonly #device = element('p', { class: 'muted device' });
  readonly #reason = element('p', { class: 'reason' });
  readonly #bar = element('div', { class: 'progress-value' });
  readonly #progress = element(
    'div',
    {
      class: 'progress',
      attributes: { role: 'progressbar', 'aria-label': 'Progress', 'aria-valuemin': 0, 'aria-valuemax': 100 },
    },
    this.#bar,
  );
  readonly #facts = element('dl', { class: 'facts' });
  readonly #values = new Map<string, HTMLElement>();
  readonly #buttons: Readonly<
    Record<
      'pause' | 'unpause' | 'checkpoint' | 'stop' | 'resume' | 'evaluate' | 'landscape' | 'again',
      HTMLElement
    >
  >;

  constructor(host: HostLine<DashboardHost, DashboardPage>) {
    this.#buttons = {
      pause: button('Pause', { icon: 'pause', onClick: () => host.call({ method: 'pause' }) }),
      unpause: button('Continue', {
        icon: 'play',
        primary: true,
        onClick: () => host.call({ method: 'unpause' }),
      }),
      checkpoint: button('Checkpoint', { icon: 'save', onClick: () => host.call({ method: 'checkpoint' }) }),
      stop: button('Stop', { icon: 'stop', onClick: () => host.call({ method: 'stop' }) }),
      resume: button('Resume', {
        icon: 'play',
        primary: true,
        onClick: () => host.call({ method: 'resume' }),
      }),
      evaluate: button('Evaluate…', { icon: 'shield', onClick: () => host.call({ method: 'evaluate' }) }),
      landscape: button('Landscape…', {
        icon: 'valley',
        onClick: () => host.call({ method: 'lossLandscape' }),
      }),
      again: button('Edit and run again', {
        icon: 'edit',
        onClick: () => host.call({ method: 'editAndRunAgain' }),
      }),
    };
    for (const name of ['Epoch', 'Step', 'Time left', 'Elapsed', 'Throughput', 'Learning rate']) {
      const value = element('dd', {}, '–');
      this.#values.set(name, value);
      this.#facts.append(element('div', {}, element('dt', {}, name), value));
    }
    this.element = element(
      'header',
      { class: 'header' },
      element(
        'div',
        { class: 'header-top' },
        element('div', { class: 'header-name' }, this.#name, this.#status),
        element('div', { class: 'buttons' }, ...Object.values(this.#buttons)),
      ),
      this.#device,
      this.#reason,
      this.#progress,
      this.#facts,
    );
  }

  update(setup: RunSetup, state: RunState, run: RunData): void {
    const { facts } = run;
    setText(this.#name, setup.name);
    const isTraining = state.live;
    const status = isTraining && state.paused ? 'paused' : isTraining ? 'running' : state.status;
    setText(this.#status, status === 'paused' ? 'Paused' : statusNames[status]);
    this.#status.dataset['status'] = status;
    const parameters = facts.parameters === undefined ? '' : `${formatCount(facts.parameters)} parameters`;
    const engine = facts.engine === undefined ? '' : `${facts.engine} engine`;
    setText(this.#device, [engine, facts.device ?? '', parameters].filter(Boolean).join(' · '));
    setText(this.#reason, state.reason ?? '');
    show(this.#reason, state.reason !== undefined && !isTraining);
    this.#showButtons(state);
    this.#showProgress(state, run);
  }

  #showButtons({ live, paused, status }: RunState): void {
    show(this.#buttons.pause, live && !paused);
    show(this.#buttons.unpause, live && paused);
    show(this.#buttons.checkpoint, live);
    show(this.#buttons.stop, live);
    show(this.#buttons.resume, !live && status !== 'finished' && status !== 'running');
    show(this.#buttons.again, !live);
  }

  #showProgress({ live, paused }: RunState, run: RunData): void {
    const { totalSteps } = run.facts;
    const { step } = run;
    const share = totalSteps > 0 ? Math.min(1, step / totalSteps) : 0;
    this.#bar.style.width = `${share * 100}%`;
    this.#progress.setAttribute('aria-valuenow', String(Math.round(share * 100)));
    this.#progress.classList.toggle('ended', !live);
    const remaining = live ? remainingSeconds(run.steps, run.facts) : undefined;
    const left = paused ? 'paused' : formatDuration(remaining);
    const leftItem = this.#values.get('Time left')?.parentElement;
    if (leftItem) show(leftItem, live);
    this.#set(
      'Epoch',
      `${formatEpoch(Math.floor(run.epochOf(step) * 100) / 100)} of ${formatEpoch(run.epochOf(totalSteps))}`,
    );
    this.#set('Step', `${formatCount(step)} of ${formatCount(totalSteps)}`);
    this.#set('Time left', left);
    this.#set('Elapsed', formatDuration(run.seconds));
    this.#set('Throughput', `${formatRate(run.latest('imagesPerSecond'))} images/s`);
    this.#set('Learning rate', formatNumber(run.latest('learningRate')));
  }

  #set(name: string, text: string): void {
    const value = this.#values.get(name);
    if (value) setText(value, text);
  }
}
