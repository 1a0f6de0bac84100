import type { SchemaNode } from '../../../contract/config';
import { allowedValues } from '../../../contract/config/allowed';

/** A field's description taken apart into what a form or a hover shows apart. */
export interface FieldDocumentation {
  readonly meaning: string;
  readonly unit?: string;
  /** The default in words: a value, or the rule behind null. Absent where the field is required. */
  readonly default?: string;
  readonly source?: string;
  /** What may be written, in words. */
  readonly allowed: string;
}

const pattern =
  /^(?<meaning>.*?)(?: Unit: (?<unit>.*?)\.)?(?: Default: (?<fallback>.*)\.| Required\.) Source: (?<source>.*)\.$/s;

/** Reads back what the schema's fields put into their description; any other description is all meaning. */
export function documentationOf(schema: SchemaNode): FieldDocumentation {
  const description = schema.description ?? '';
  const groups = pattern.exec(description)?.groups ?? {};
  const { meaning = description, unit, fallback, source } = groups;
  return {
    meaning,
    ...(unit === undefined ? {} : { unit }),
    ...(fallback === undefined ? {} : { default: fallback }),
    ...(source === undefined ? {} : { source }),
    allowed: allowedValues(schema),
  };
}

/** Each value of an enumeration with what it stands for. */
export function choicesOf(
  schema: SchemaNode,
): readonly { readonly value: unknown; readonly meaning: string }[] {
  const { enumDescriptions = [] } = schema as SchemaNode & { readonly enumDescriptions?: readonly string[] };
  return (schema.enum ?? []).map((value, index) => ({ value, meaning: enumDescriptions[index] ?? '' }));
}

export function allowsType(schema: SchemaNode, type: string): boolean {
  return [schema.type ?? []].flat().includes(type);
}

/** Whether a field takes a number or a fraction such as "8/255". */
export function isFraction(schema: SchemaNode): boolean {
  return allowsType(schema, 'number') && allowsType(schema, 'string');
}
