import { getNodeValue } from 'jsonc-parser';
import { Check } from 'typebox/value';
import {
  type Config,
  configSchema,
  resolveConfig,
  type SchemaNode,
  schemaTree,
} from '../../../contract/config';
import { parseRoot } from '../edits';

/**
 * What a config comes to while it is being edited: wrong and unknown settings count as not written. Undefined as long
 * as a required setting is missing or wrong.
 */
export function resolveLeniently(text: string): Config | undefined {
  const root = parseRoot(text);
  if (root === undefined) return undefined;
  const valid = validPart(getNodeValue(root), schemaTree);
  return Check(configSchema, valid) ? resolveConfig(valid) : undefined;
}

function validPart(value: unknown, schema: SchemaNode): unknown {
  if (schema.type !== 'object') return Check(schema, value) ? value : undefined;
  if (typeof value !== 'object' || value === null) return undefined;
  const parts = Object.entries(value).flatMap(([name, item]) => {
    const known = Object.hasOwn(schema.properties ?? {}, name) ? schema.properties?.[name] : undefined;
    const part = known && validPart(item, known);
    return part === undefined ? [] : [[name, part] as const];
  });
  return Object.fromEntries(parts);
}

/** The value of a setting in a resolved config, by its path; undefined where this config has no such setting. */
export function valueAt(config: object | undefined, path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>(
    (value, name) =>
      typeof value === 'object' && value !== null
        ? Object.getOwnPropertyDescriptor(value, name)?.value
        : undefined,
    config,
  );
}

/**
 * What training uses for a written setting where that is another value than the written one: the number of a fraction,
 * the outcome of null or "auto". Undefined for a value that is not allowed: it comes to nothing.
 */
export function resolvedOtherwise(
  config: object | undefined,
  path: readonly (string | number)[],
  schema: SchemaNode,
  written: unknown,
): string | number | boolean | undefined {
  const resolved = valueAt(config, path);
  const isScalar = ['string', 'number', 'boolean'].includes(typeof resolved) && resolved !== '';
  if (!isScalar || resolved === written || !Check(schema, written)) return undefined;
  return resolved as string | number | boolean;
}

/** A number in few digits, other values as they are written: 8 / 255 -> 0.0314. */
export function showValue(value: unknown): string {
  return typeof value === 'number' ? String(Number(value.toPrecision(3))) : JSON.stringify(value);
}
