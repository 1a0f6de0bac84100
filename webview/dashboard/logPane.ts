import type { MessageEvent } from '../../extension/contract/events';
import { element, setText } from '../shared/dom';

/** Lines and messages that are kept; older ones are in the run folder. */
const longest = 1000;

/** What the run has said: its messages, and the end of log.txt. */
export class LogPane {
  readonly element: HTMLElement;
  readonly #messages = element('ol', { class: 'log', attributes: { tabindex: 0, 'aria-label': 'Messages' } });
  readonly #lines = element('pre', { class: 'log', attributes: { tabindex: 0, 'aria-label': 'log.txt' } });
  readonly #messagesTab = element('vscode-panel-tab', { id: 'tab-messages' }, 'Messages');
  #told = 0;
  #text = '';

  constructor(openLog: () => void) {
    this.element = element(
      'section',
      { class: 'card log-pane', attributes: { 'aria-label': 'Log' } },
      element(
        'div',
        { class: 'card-head' },
        element('h3', {}, 'Log'),
        element('span', { class: 'spacer' }),
        element(
          'button',
          { class: 'text-button', attributes: { type: 'button' }, on: { click: openLog } },
          'Open log.txt',
        ),
      ),
      element(
        'vscode-panels',
        { attributes: { 'aria-label': 'Log' } },
        this.#messagesTab,
        element('vscode-panel-tab', { id: 'tab-log' }, 'log.txt'),
        element('vscode-panel-view', { id: 'view-messages' }, this.#messages),
        element('vscode-panel-view', { id: 'view-log' }, this.#lines),
      ),
    );
    this.setLog('');
  }

  /** Another run's, or the same anew. */
  setLog(text: string): void {
    this.#text = '';
    this.addLog(text);
  }

  addLog(text: string): void {
    this.#text = (this.#text + text).split('\n').slice(-longest).join('\n');
    keepAtEnd(this.#lines, () => setText(this.#lines, this.#text === '' ? 'log.txt is empty.' : this.#text));
  }

  /** Shows messages that were not shown yet; fewer than before are another run's. */
  update(messages: readonly MessageEvent[]): void {
    if (messages.length < this.#told) {
      this.#told = 0;
      this.#messages.replaceChildren();
    }
    if (messages.length === this.#told) return;
    const added = messages.slice(Math.max(this.#told, messages.length - longest));
    this.#told = messages.length;
    keepAtEnd(this.#messages, () => {
      this.#messages.append(...added.map(messageLine));
      while (this.#messages.childElementCount > longest) this.#messages.firstElementChild?.remove();
    });
    setText(this.#messagesTab, `Messages (${messages.length})`);
  }
}

function messageLine({ time, level, text }: MessageEvent): HTMLElement {
  return element(
    'li',
    { class: level },
    element('time', { attributes: { datetime: time } }, new Date(time).toLocaleTimeString('en-GB')),
    level === 'info' ? undefined : element('strong', {}, level === 'warning' ? 'Warning' : 'Error'),
    element('span', {}, text),
  );
}

/** Stays at the end of a list that grows, unless the reader has scrolled back. */
function keepAtEnd(scrolled: HTMLElement, change: () => void): void {
  const atEnd = scrolled.scrollHeight - scrolled.scrollTop - scrolled.clientHeight < 8;
  change();
  if (atEnd) scrolled.scrollTop = scrolled.scrollHeight;
}
