import { element, uniqueId } from './dom';
import { type Icon, icon } from './icons';

/** A toolkit button with an icon and a name. */
export function button(
  label: string,
  { icon: name, primary, onClick }: { icon?: Icon; primary?: boolean; onClick: () => void },
): HTMLElement {
  const made = element(
    'vscode-button',
    { attributes: { appearance: primary ? 'primary' : 'secondary' }, on: { click: onClick } },
    label,
  );
  if (name) {
    const image = icon(name);
    image.setAttribute('slot', 'start');
    made.prepend(image);
  }
  return made;
}

/** A small button that shows an icon only; its name is for screen readers and on hover. */
export function iconButton(label: string, name: Icon, onClick: () => void): HTMLButtonElement {
  return element(
    'button',
    {
      class: 'icon-button',
      title: label,
      attributes: { type: 'button', 'aria-label': label },
      on: { click: onClick },
    },
    icon(name),
  );
}

/** A row of buttons of which one is pressed. */
export class Choice<Value extends string> {
  readonly element: HTMLElement;
  readonly #buttons = new Map<Value, HTMLButtonElement>();

  constructor(label: string, options: Readonly<Record<Value, string>>, onChoose: (value: Value) => void) {
    this.element = element('div', { class: 'choice', attributes: { role: 'group', 'aria-label': label } });
    for (const [value, name] of Object.entries(options) as [Value, string][]) {
      const made = element('button', { attributes: { type: 'button', 'aria-pressed': 'false' } }, name);
      made.addEventListener('click', () => onChoose(value));
      this.#buttons.set(value, made);
      this.element.append(made);
    }
  }

  set value(chosen: Value) {
    for (const [value, made] of this.#buttons) made.setAttribute('aria-pressed', String(value === chosen));
  }
}

/** A small sign whose explanation shows on hover and on focus until Escape is pressed, and is read out. */
export function hint(about: string, text: string): HTMLElement {
  const id = uniqueId('hint');
  const explanation = element('span', { class: 'hint-text', id, attributes: { role: 'tooltip' } }, text);
  const sign = element(
    'button',
    {
      class: 'icon-button',
      attributes: { type: 'button', 'aria-label': `About ${about}`, 'aria-describedby': id },
    },
    icon('info'),
  );
  const open = () => {
    placeBelow(explanation, sign);
    explanation.classList.add('open');
  };
  const close = () => explanation.classList.remove('open');
  return element(
    'span',
    {
      class: 'hint',
      on: {
        pointerenter: open,
        pointerleave: close,
        focusin: open,
        focusout: close,
        keydown: event => {
          if ((event as KeyboardEvent).key === 'Escape') close();
        },
      },
    },
    sign,
    explanation,
  );
}

/** Pixels kept free between an explanation and the window's edge. */
const margin = 8;

/** Puts an explanation below what it explains, or above where there is no room, inside the window. */
function placeBelow(explanation: HTMLElement, sign: HTMLElement): void {
  const { left, right, top, bottom } = sign.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = explanation;
  const x = Math.max(margin, Math.min((left + right - width) / 2, window.innerWidth - width - margin));
  const y = bottom + height + margin <= window.innerHeight ? bottom + 4 : Math.max(margin, top - height - 4);
  explanation.style.transform = `translate(${Math.round(x)}px, ${Math.round(y)}px)`;
}
