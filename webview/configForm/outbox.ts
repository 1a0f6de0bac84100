import type { FormHost } from '../../extension/contract/configForm';
import type { HostLine } from '../shared/host';

/** Long enough to be one step of undoing for a typed word, short enough to see errors as one types. */
const typingPause = 200;

/**
 * Edits on their way to the document. The document's answers come later than what is typed: until the answer to a
 * field's latest edit is there, the field shows what was typed.
 */
export class Outbox {
  readonly #line: HostLine<FormHost, object>;
  readonly #typed = new Map<string, { readonly text: string; readonly timer: number }>();
  readonly #sent = new Map<string, number>();
  #last = 0;

  constructor(line: HostLine<FormHost, object>) {
    this.#line = line;
  }

  /** Sends the text once typing pauses. */
  type(path: string, text: string): void {
    window.clearTimeout(this.#typed.get(path)?.timer);
    const timer = window.setTimeout(() => this.flush(path), typingPause);
    this.#typed.set(path, { text, timer });
  }

  /** Sends what was typed into a field at once, or into all fields. */
  flush(path?: string): void {
    for (const [field, { text, timer }] of path === undefined ? [...this.#typed] : this.#typedAt(path)) {
      window.clearTimeout(timer);
      this.#typed.delete(field);
      this.#line.call({ method: 'set', argument: { edit: this.#number(field), path: field, text } });
    }
  }

  set(path: string, text: string): void {
    this.#forgetTyped(path);
    this.#line.call({ method: 'set', argument: { edit: this.#number(path), path, text } });
  }

  setNull(path: string): void {
    this.#forgetTyped(path);
    this.#line.call({ method: 'setNull', argument: { edit: this.#number(path), path } });
  }

  reset(path: string): void {
    this.#forgetTyped(path);
    this.#line.call({ method: 'reset', argument: { edit: this.#number(path), path } });
  }

  mend(path: string, mend: string): void {
    this.flush();
    this.#line.call({ method: 'mend', argument: { edit: this.#number(path), path, mend } });
  }

  /** Whether a field's latest edit is not yet in the document as of edit number `answered`. */
  isAhead(path: string, answered: number): boolean {
    return this.#typed.has(path) || (this.#sent.get(path) ?? 0) > answered;
  }

  #number(path: string): number {
    this.#last += 1;
    this.#sent.set(path, this.#last);
    return this.#last;
  }

  #forgetTyped(path: string): void {
    window.clearTimeout(this.#typed.get(path)?.timer);
    this.#typed.delete(path);
  }

  #typedAt(path: string) {
    const typed = this.#typed.get(path);
    return typed === undefined ? [] : [[path, typed] as const];
  }
}
