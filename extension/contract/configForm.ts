/** What the config form and the editor say to each other. The document's text is the only truth; the page shows it. */

export type FieldControl = 'choice' | 'flag' | 'number' | 'fraction' | 'list' | 'text';

export interface FormChoice {
  /** What the page sends back when it is chosen. */
  readonly text: string;
  readonly meaning: string;
}

/** A setting as the schema describes it. */
export interface FormField {
  /** Dotted path, such as "attack.stepSize". */
  readonly path: string;
  readonly label: string;
  readonly meaning: string;
  readonly control: FieldControl;
  readonly required: boolean;
  /** The default as the control would show it; absent where it is null or the field is required. */
  readonly defaultText?: string;
  /** The default in words. */
  readonly default?: string;
  readonly unit?: string;
  readonly source?: string;
  readonly allowed: string;
  readonly choices?: readonly FormChoice[];
  /** What null is called, where it is allowed: "automatic". */
  readonly nullLabel?: string;
  readonly suggestions?: readonly string[];
}

export interface FormSection {
  /** "" is the section of the settings outside all sections. */
  readonly path: string;
  readonly title: string;
  readonly description: string;
  readonly fields: readonly FormField[];
}

/** A setting as the document has it. */
export interface FieldState {
  /** What is written, as the control shows it; "" where nothing is, or null. */
  readonly text: string;
  /** Whether null applies: written, or by default. */
  readonly isNull: boolean;
  /** Written, and not the default. */
  readonly modified: boolean;
  /** The value that training will use, where that is not what is written. */
  readonly resolved?: string;
  /** Why the setting has no effect beside the others. */
  readonly inactive?: string;
}

export interface FormProblem {
  /** Path of the field or section it is shown at; "" is the whole form. */
  readonly at: string;
  readonly severity: 'error' | 'warning';
  readonly message: string;
  /** What the page sends to have it mended, and the words on its button. */
  readonly mend?: string;
}

export interface Form {
  /** The file's name. */
  readonly title: string;
  readonly sections: readonly FormSection[];
}

export interface FormState {
  /** The number of the page's latest edit that this state contains. */
  readonly edit: number;
  /** Whether the text can be read at all; a text that cannot is edited as text. */
  readonly readable: boolean;
  readonly isEmpty: boolean;
  readonly fields: Readonly<Record<string, FieldState>>;
  readonly problems: readonly FormProblem[];
  /** Estimated cost, in one line. */
  readonly summary: string;
}

/** `edit` counts the page's edits from 1. */
export interface FieldEdit {
  readonly edit: number;
  readonly path: string;
}

/** What the page asks of the editor. */
export interface FormHost {
  ready(): void;
  /** Writes what the text of a control stands for. */
  set(edit: FieldEdit & { readonly text: string }): void;
  /** Writes null: its rule decides. */
  setNull(edit: FieldEdit): void;
  /** Takes the setting out of the text. */
  reset(edit: FieldEdit): void;
  /** Carries out the mend of that name among those of the problems shown at `path`. */
  mend(edit: FieldEdit & { readonly mend: string }): void;
  /** Fills an empty document. */
  useTemplate(): void;
  start(): void;
  openAsText(): void;
}

/** What the editor tells the page. */
export interface FormPage {
  form(form: Form): void;
  state(state: FormState): void;
}
