import { applyEdits, type Edit } from 'jsonc-parser';
import type { FormPage } from '../../../../extension/contract/configForm';
import type { Call } from '../../../../extension/contract/dashboard';
import { estimate } from '../../../../extension/host/config/cost/estimate';
import { readFormCall } from '../../../../extension/host/config/form/calls';
import { formSections } from '../../../../extension/host/config/form/model';
import { editsOfCall, templateEdits } from '../../../../extension/host/config/form/requests';
import { formState } from '../../../../extension/host/config/form/state';

const file = 'experiment.rat.json';

/** The editor's side of the form, in the page: the same logic on a text in memory. */
export class Harness {
  readonly methods: string[] = [];
  readonly refused: unknown[] = [];
  /** How long an answer takes, in milliseconds. */
  delay = 0;
  readonly #sections = formSections();
  #text = '';
  #edit = 0;
  #kept: unknown;

  get text(): string {
    return this.#text;
  }

  /** A change of the document from elsewhere: typing beside the form, or undoing. */
  change(text: string): void {
    this.#text = text;
    this.#showState();
  }

  readonly api = {
    postMessage: (message: unknown) => void window.setTimeout(() => this.#answer(message), this.delay),
    getState: () => this.#kept,
    setState: (state: unknown) => {
      this.#kept = state;
    },
  };

  #answer(message: unknown): void {
    const call = readFormCall(message);
    if (call === undefined) {
      this.refused.push(message);
      return;
    }
    this.methods.push(call.method);
    if (call.method === 'ready') {
      this.#post({ method: 'form', argument: { title: file, sections: this.#sections } });
      this.#showState();
    } else if (call.method === 'useTemplate') {
      this.#apply(templateEdits(this.#text));
    } else if (call.method !== 'start' && call.method !== 'openAsText') {
      const edits = editsOfCall(this.#text, file, this.#sections, call);
      this.#edit = call.argument.edit;
      this.#apply(edits);
    }
  }

  #apply(edits: Edit[]): void {
    this.#text = applyEdits(this.#text, edits);
    this.#showState();
  }

  #showState(): void {
    const argument = formState(this.#text, file, this.#sections, this.#edit, config => estimate(config));
    this.#post({ method: 'state', argument });
  }

  #post(call: Call<FormPage>): void {
    window.postMessage(call, '*');
  }
}

declare global {
  interface Window {
    harness: Harness;
  }
}

const harness = new Harness();
window.harness = harness;
Object.assign(window, { acquireVsCodeApi: () => harness.api });
