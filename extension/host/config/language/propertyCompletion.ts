import { findNodeAtLocation, type Location, type Node } from 'jsonc-parser';
import type { JsonValue, SchemaNode } from '../../../contract/config';
import { parseRoot, schemaOf } from '../edits';
import { writeValue } from '../edits/write';
import { choicesOf } from '../fields/documentation';
import type { Completion, ReplacedRange } from './completion';
import { fieldMarkdown, typeInWords } from './markdown';
import { escapeChoice, escapeSnippet } from './snippet';

/** The settings of the section at the cursor that are not written yet, required ones first. */
export function propertyCompletions(
  text: string,
  { path }: Location,
  range: ReplacedRange,
  comma: string,
): Completion[] {
  const section = path.slice(0, -1);
  const schema = schemaOf(section);
  if (schema?.properties === undefined) return [];
  const present = writtenNames(text, section, range);
  const required = (name: string) => schema.required?.includes(name) ?? false;
  const hasValue = /^\s*:/.test(text.slice(range.offset + range.length));
  return Object.entries(schema.properties)
    .filter(([name]) => !present.has(name))
    .sort(([a], [b]) => Number(required(b)) - Number(required(a)))
    .map(([name, field]) => {
      const key = JSON.stringify(name);
      return {
        label: name,
        kind: field.type === 'object' ? 'section' : 'property',
        detail: `${required(name) ? 'required, ' : ''}${typeInWords(field)}`,
        documentation: fieldMarkdown(field),
        snippet: hasValue ? escapeSnippet(key) : `${escapeSnippet(key)}: ${valueSnippet(field)}${comma}`,
        filter: key,
        ...range,
      };
    });
}

/** Names beside the cursor; the one being written does not count. */
function writtenNames(text: string, section: Location['path'], range: ReplacedRange): Set<string> {
  const root = parseRoot(text);
  const object: Node | undefined = root && (section.length === 0 ? root : findNodeAtLocation(root, section));
  const names = (object?.children ?? []).flatMap(({ children }) => {
    const [key] = children ?? [];
    return key === undefined || key.offset === range.offset ? [] : [String(key.value)];
  });
  return new Set(names);
}

/** A value to start from: the default, or for a section its required settings. */
function valueSnippet(schema: SchemaNode): string {
  if (schema.type === 'object') return sectionSnippet(schema);
  const choices = choicesOf(schema).map(({ value }) => JSON.stringify(value));
  if (choices.length > 1) {
    const preferred = JSON.stringify(schema.default ?? schema.enum?.[0]);
    const ordered = [preferred, ...choices.filter(choice => choice !== preferred)];
    return `\${1|${ordered.map(escapeChoice).join(',')}|}`;
  }
  return `\${1:${escapeSnippet(writeValue(startingValue(schema)))}}`;
}

function sectionSnippet(schema: SchemaNode): string {
  const required = schema.required ?? [];
  if (required.length === 0) return '{ $1 }';
  const fields = required.map((name, index) => {
    const value = writeValue(startingValue(schema.properties?.[name] ?? {}));
    return `${JSON.stringify(name)}: \${${index + 1}:${escapeSnippet(value)}}`;
  });
  return `{ ${fields.join(', ')} }`;
}

function startingValue(schema: SchemaNode): JsonValue {
  return (schema.default ?? schema.examples?.[0] ?? '') as JsonValue;
}
