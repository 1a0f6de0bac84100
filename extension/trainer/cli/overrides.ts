import { exitCodes } from './exitCodes';
import { UserError } from './userError';

/** One `--set path=value`: the config's field at `path` becomes `value`. */
export interface Override {
  readonly path: readonly string[];
  readonly value: unknown;
}

/**
 * Reads `taylor.order=1`. The value is JSON where it is JSON (numbers, true, null, [30,60], {"a":1}, "quoted"), otherwise
 * the text itself, so that names need no quotes.
 * @throws UserError where there is no `=` or a part of the path is empty.
 */
export function parseOverride(text: string): Override {
  const equals = text.indexOf('=');
  const path = text.slice(0, Math.max(equals, 0)).split('.');
  if (path.some(part => part === '')) {
    throw new UserError(
      `--set ${text}: expected path=value, for example --set taylor.order=1.`,
      exitCodes.badUsage,
    );
  }
  return { path, value: parseValue(text.slice(equals + 1)) };
}

/**
 * The config with the overrides applied in their order; the config itself is left as it was. Objects that the path goes
 * through are made where they are missing; what stands in the way and is no object is replaced. Whether the outcome is a
 * legal config is the schema's to say.
 */
export function applyOverrides(config: unknown, overrides: readonly Override[]): unknown {
  return overrides.reduce<unknown>(
    (changed, override) => withValue(changed, override.path, override.value),
    config,
  );
}

function withValue(target: unknown, path: readonly string[], value: unknown): unknown {
  const [field, ...rest] = path;
  if (field === undefined) return value;
  const fields = Object.entries(isObject(target) ? target : {});
  const inner = fields.find(([name]) => name === field)?.[1];
  // fromEntries defines own fields, so that a path such as __proto__.x changes this object alone.
  return Object.fromEntries([...fields, [field, withValue(inner, rest, value)]]);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parseValue(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
