import { parseConfig } from '../../contract/config';

/** Something wrong with a config. Line and column count from 1. */
export interface ConfigProblem {
  readonly severity: 'error' | 'warning';
  readonly message: string;
  readonly line: number;
  readonly column: number;
}

/** A config file as its text says. */
export interface ConfigEntry {
  /** The run's name, where the config is valid. */
  readonly name?: string;
  /** In the order of the text. */
  readonly problems: readonly ConfigProblem[];
}

/** Reads a config's text with the same checks that the trainer makes. */
export function readConfigEntry(text: string, file: string): ConfigEntry {
  const parsed = parseConfig(text, file);
  const found = 'config' in parsed ? parsed.warnings : parsed.problems;
  const problems = found.map(({ severity, path, message, line, column }) => ({
    severity,
    message: path === '' ? message : `${path}: ${message}`,
    line,
    column,
  }));
  return 'config' in parsed ? { name: parsed.config.name, problems } : { problems };
}

/** A row of the Configurations view as plain data. */
export interface ConfigRow {
  readonly label: string;
  /** The run's name, or how much is wrong. */
  readonly description: string;
  /** Names of a codicon and its theme colour. */
  readonly icon: string;
  readonly color: string;
  readonly contextValue: 'config valid' | 'config invalid';
  readonly spoken: string;
}

/** @param fileName without folders */
export function presentConfig({ name, problems }: ConfigEntry, fileName: string, folder: string): ConfigRow {
  const errors = problems.filter(problem => problem.severity === 'error').length;
  const warnings = problems.length - errors;
  const verdict = [count(errors, 'error'), count(warnings, 'warning')].filter(Boolean).join(', ');
  const description = [verdict, folder].filter(Boolean).join(' · ');
  const label = fileName.replace(/\.rat\.json$/, '');
  const spoken = `${label}, ${verdict || 'valid'}${name === undefined ? '' : `, run name ${name}`}`;
  if (errors > 0) {
    const look = { icon: 'error', color: 'list.errorForeground', contextValue: 'config invalid' } as const;
    return { label, description, spoken, ...look };
  }
  const look =
    warnings > 0
      ? ({ icon: 'warning', color: 'list.warningForeground' } as const)
      : ({ icon: 'pass', color: 'testing.iconPassed' } as const);
  return { label, description, spoken, contextValue: 'config valid', ...look };
}

function count(number: number, noun: string): string {
  return number === 0 ? '' : `${number} ${noun}${number === 1 ? '' : 's'}`;
}
