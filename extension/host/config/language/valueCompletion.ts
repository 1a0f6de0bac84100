import type { JsonValue, SchemaNode } from '../../../contract/config';
import { parseFraction } from '../../../contract/config';
import { writeValue } from '../edits/write';
import { allowsType, choicesOf, documentationOf, isFraction } from '../fields/documentation';
import { showValue } from '../fields/resolved';
import type { Completion, ReplacedRange } from './completion';
import { escapeSnippet } from './snippet';

/** Radii and step sizes as papers quote them. */
const usualFractions = ['8/255', '4/255', '2/255', '1/255'] as const;

interface Proposal {
  readonly value: JsonValue;
  readonly meaning?: string;
}

/** The values a setting can take, its default marked. */
export function valueCompletions(schema: SchemaNode, range: ReplacedRange, comma: string): Completion[] {
  if (schema.type === 'object') return [];
  const seen = new Set<string>();
  return proposals(schema).flatMap(({ value, meaning }) => {
    const written = writeValue(value);
    if (seen.has(written)) return [];
    seen.add(written);
    const isDefault = 'default' in schema && written === writeValue(schema.default as JsonValue);
    const detail = [...(isDefault ? ['default'] : []), ...(meaning === undefined ? [] : [meaning])].join(
      ', ',
    );
    return [
      {
        label: written,
        kind: 'value' as const,
        ...(detail === '' ? {} : { detail }),
        documentation: documentationOf(schema).meaning,
        snippet: escapeSnippet(written) + comma,
        filter: written,
        ...range,
      },
    ];
  });
}

function proposals(schema: SchemaNode): Proposal[] {
  const choices = choicesOf(schema);
  if (choices.length > 0)
    return choices.map(({ value, meaning }) => ({ value: value as JsonValue, meaning }));
  const examples = (schema.examples ?? []).map(value => ({ value: value as JsonValue }));
  return [
    ...('default' in schema ? [{ value: schema.default as JsonValue, ...nullMeaning(schema) }] : []),
    ...(allowsType(schema, 'boolean') ? [{ value: true }, { value: false }] : []),
    ...(isFraction(schema)
      ? usualFractions.map(value => ({ value, meaning: `= ${showValue(parseFraction(value))}` }))
      : []),
    ...examples,
    ...(allowsType(schema, 'null') ? [{ value: null, ...nullMeaning(schema) }] : []),
  ];
}

function nullMeaning(schema: SchemaNode): { meaning?: string } {
  const words = documentationOf(schema).default;
  return words !== undefined && allowsType(schema, 'null') ? { meaning: words } : {};
}
