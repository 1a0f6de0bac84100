type Child = Node | string | undefined | false;

interface Properties {
  readonly class?: string;
  readonly id?: string;
  readonly title?: string;
  /** Attributes; `true` is an empty one, `false` and undefined none. */
  readonly attributes?: Readonly<Record<string, string | number | boolean | undefined>>;
  readonly on?: Readonly<Record<string, (event: Event) => void>>;
}

/** Makes an element. Strings become text, never markup. */
export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  properties?: Properties,
  ...children: readonly Child[]
): HTMLElementTagNameMap[Tag];
export function element(tag: string, properties?: Properties, ...children: readonly Child[]): HTMLElement;
export function element(
  tag: string,
  properties: Properties = {},
  ...children: readonly Child[]
): HTMLElement {
  const made = document.createElement(tag);
  if (properties.class) made.className = properties.class;
  if (properties.id) made.id = properties.id;
  if (properties.title) made.title = properties.title;
  for (const [name, value] of Object.entries(properties.attributes ?? {})) {
    if (value !== undefined && value !== false) made.setAttribute(name, value === true ? '' : String(value));
  }
  for (const [name, listener] of Object.entries(properties.on ?? {})) made.addEventListener(name, listener);
  made.append(...children.filter(child => child !== undefined && child !== false));
  return made;
}

/** Sets the text of an element only when it differs: an unchanged page is not laid out again. */
export function setText(target: Element, text: string): void {
  if (target.textContent !== text) target.textContent = text;
}

/** Shows or hides an element, whatever its style sheet says of its display. */
export function show(target: HTMLElement, visible: boolean): void {
  if (target.hidden !== visible) return;
  target.hidden = !visible;
  target.style.display = visible ? '' : 'none';
}

let lastId = 0;

/** An id that no other element of the page has. */
export function uniqueId(prefix: string): string {
  lastId += 1;
  return `${prefix}-${lastId}`;
}
