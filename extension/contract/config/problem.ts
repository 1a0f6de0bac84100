export type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [name: string]: JsonValue };

/** Property names and list indices from the root to a value. */
export type JsonPath = readonly (string | number)[];

/** A change of the config's text that mends a problem. `title` reads as an instruction: `write 10`. */
export type Mend =
  | {
      readonly action: 'set';
      readonly title: string;
      readonly path: JsonPath;
      readonly replacement: JsonValue;
    }
  | { readonly action: 'rename'; readonly title: string; readonly path: JsonPath; readonly name: string }
  | { readonly action: 'remove'; readonly title: string; readonly path: JsonPath };

/** What is wrong with a config, apart from where that stands in its text. */
export interface SemanticProblem {
  /** An error stops a run from starting; a warning does not. */
  readonly severity: 'error' | 'warning';
  /** Dotted path of the setting, such as "attack.stepSize" or "schedule.milestones[1]"; "" is the whole config. */
  readonly path: string;
  /** What was found, what is allowed and why, and what to do. */
  readonly message: string;
  readonly found?: string;
  readonly allowed?: string;
  readonly mend?: Mend;
}

/** A problem and its place. Lines and columns count from 1, columns and `length` in UTF-16 units as editors do. */
export interface Problem extends SemanticProblem {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly length: number;
}

/** `file:line:column: error: attack.stepSize: found ...; expected .... Mend: ....` on one line. */
export function formatProblem(problem: Problem): string {
  const { file, line, column, severity, path, message, mend } = problem;
  const place = path === '' ? '' : `${path}: `;
  const remedy = mend === undefined ? '' : ` Mend: ${mend.title}.`;
  return `${file}:${line}:${column}: ${severity}: ${place}${message}${remedy}`;
}

/** ["schedule", "milestones", 1] -> "schedule.milestones[1]". */
export function formatPath(path: JsonPath): string {
  return path
    .map((part, index) => (typeof part === 'number' ? `[${part}]` : index === 0 ? part : `.${part}`))
    .join('');
}

/** A value as it would be written, cut where it is long. */
export function formatValue(value: unknown): string {
  // A number too large for 64 bits reads as Infinity, which JSON would call null.
  const written = typeof value === 'number' ? String(value) : JSON.stringify(value);
  return written.length > 60 ? `${written.slice(0, 57)}...` : written;
}
