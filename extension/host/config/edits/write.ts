import type { JsonValue } from '../../../contract/config';

/** A value as this project's examples write it: on one line, with spaces inside braces. */
export function writeValue(value: JsonValue): string {
  if (Array.isArray(value)) return `[${value.map(writeValue).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const properties = Object.entries(value).map(
    ([name, item]) => `${JSON.stringify(name)}: ${writeValue(item)}`,
  );
  return properties.length === 0 ? '{}' : `{ ${properties.join(', ')} }`;
}
