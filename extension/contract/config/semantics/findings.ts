import type { JsonValue, Mend, SemanticProblem } from '../problem';

type Details = Pick<SemanticProblem, 'found' | 'allowed' | 'mend'>;

export function error(path: string, message: string, details: Details = {}): SemanticProblem {
  return { severity: 'error', path, message, ...details };
}

export function warning(path: string, message: string, details: Details = {}): SemanticProblem {
  return { severity: 'warning', path, message, ...details };
}

/** A mend that writes a value; null hands the setting back to its rule. */
export function set(
  path: string,
  replacement: JsonValue,
  title = `write ${JSON.stringify(replacement)}`,
): Mend {
  return { action: 'set', title, path: path.split('.'), replacement };
}

export function remove(path: string): Mend {
  return { action: 'remove', title: 'remove it', path: path.split('.') };
}

/** A number for a message: short, without the noise of binary rounding. */
export function show(value: number): string {
  return String(Number(value.toPrecision(4)));
}
