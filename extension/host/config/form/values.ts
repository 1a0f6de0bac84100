import type { JsonValue, SchemaNode } from '../../../contract/config';
import { allowsType } from '../fields/documentation';

/** A value as a control shows it: text without quotes, lists without brackets. */
export function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (Array.isArray(value) && value.every(item => typeof item !== 'object')) return value.join(', ');
  return JSON.stringify(value) ?? '';
}

/**
 * What the text of a control stands for. Text that is no value of the field's kind stays text, so that the check of the
 * whole config refuses it by name; undefined for none: the field returns to its default.
 */
export function parseInput(text: string, schema: SchemaNode): JsonValue | undefined {
  const trimmed = text.trim();
  if (trimmed === '') return undefined;
  if (schema.enum !== undefined) {
    const chosen = schema.enum.find(value => textOf(value) === trimmed);
    return chosen === undefined ? trimmed : (chosen as JsonValue);
  }
  if (allowsType(schema, 'array')) return listOf(trimmed);
  if (allowsType(schema, 'boolean')) return trimmed === 'true' || (trimmed === 'false' ? false : trimmed);
  const number = numberOf(trimmed);
  const takesNumbers = allowsType(schema, 'number') || allowsType(schema, 'integer');
  return takesNumbers && number !== undefined ? number : trimmed;
}

function listOf(text: string): JsonValue {
  const items = text.replace(/^\[|\]$/g, '').split(/[\s,;]+/);
  return items.filter(item => item !== '').map(item => numberOf(item) ?? item);
}

/** Decimal numbers only: "0x10", "Infinity" and "" are not meant as numbers. */
function numberOf(text: string): number | undefined {
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) && Number.isFinite(Number(text))
    ? Number(text)
    : undefined;
}
