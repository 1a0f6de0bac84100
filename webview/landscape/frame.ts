import { element } from '../shared/dom';

/** Keys by their names, as `KeyboardEvent.key` has them. */
export type Keys = Readonly<Record<string, () => void>>;

/** A frame of a canvas that takes the focus and answers keys; modifiers are the editor's. */
export function keyFrame(className: string, name: string, describedBy: string, keys: Keys): HTMLElement {
  return element('div', {
    class: `canvas-frame ${className}`,
    attributes: { tabindex: 0, role: 'group', 'aria-label': name, 'aria-describedby': describedBy },
    on: {
      keydown: event => {
        const { key, ctrlKey, metaKey, altKey } = event as KeyboardEvent;
        const act = ctrlKey || metaKey || altKey ? undefined : keys[key];
        if (!act) return;
        event.preventDefault();
        act();
      },
    },
  });
}

/** Calls `onDrag` with the pixels moved while the main button is held down on a frame. */
export function followDrags(frame: HTMLElement, onDrag: (right: number, down: number) => void): void {
  let last: { readonly x: number; readonly y: number } | undefined;
  frame.addEventListener('pointerdown', event => {
    if (event.button !== 0) return;
    frame.setPointerCapture(event.pointerId);
    last = { x: event.clientX, y: event.clientY };
  });
  frame.addEventListener('pointermove', event => {
    if (!last) return;
    onDrag(event.clientX - last.x, event.clientY - last.y);
    last = { x: event.clientX, y: event.clientY };
  });
  for (const name of ['pointerup', 'pointercancel'] as const) {
    frame.addEventListener(name, () => {
      last = undefined;
    });
  }
}
