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

/** A small sign whose explanation shows on hover and on focus, and is read out. */
export function hint(about: string, text: string): HTMLElement {
  const id = uniqueId('hint');
  return element(
    'span',
    { class: 'hint' },
    element(
      'button',
      {
        class: 'icon-button',
        attributes: { type: 'button', 'aria-label': `About ${about}`, 'aria-describedby': id },
      },
      icon('info'),
    ),
    element('span', { class: 'hint-text', id, attributes: { role: 'tooltip' } }, text),
  );
}
