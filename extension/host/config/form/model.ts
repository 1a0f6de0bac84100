import { type SchemaNode, schemaTree } from '../../../contract/config';
import type { FieldControl, FormField, FormSection } from '../../../contract/configForm';
import { allowsType, choicesOf, documentationOf, isFraction } from '../fields/documentation';
import { labelOf } from './label';
import { textOf } from './values';

/** The form of the config: its sections in the schema's order, the settings outside all sections first. */
export function formSections(): FormSection[] {
  const root = sectionOf(schemaTree, [], 'Run', 'The name, seed and length of the run.');
  return [root, ...innerSections(schemaTree, [])];
}

function innerSections(schema: SchemaNode, path: readonly string[]): FormSection[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, child]) => {
    if (child.type !== 'object') return [];
    const inner = [...path, name];
    const title = inner.map(labelOf).join(': ');
    return [sectionOf(child, inner, title, child.description ?? ''), ...innerSections(child, inner)];
  });
}

function sectionOf(
  schema: SchemaNode,
  path: readonly string[],
  title: string,
  description: string,
): FormSection {
  const fields = Object.entries(schema.properties ?? {})
    .filter(([name, child]) => child.type !== 'object' && !name.startsWith('$'))
    .map(([name, child]) => fieldOf(child, [...path, name], schema.required?.includes(name) ?? false));
  return { path: path.join('.'), title, description, fields };
}

function fieldOf(schema: SchemaNode, path: readonly string[], required: boolean): FormField {
  const { default: rule, source, ...documentation } = documentationOf(withoutNull(schema));
  const control = controlOf(schema);
  const defaultText =
    schema.default === undefined || schema.default === null ? undefined : textOf(schema.default);
  const suggestions = isFraction(schema)
    ? ['8/255', '4/255', '2/255', '0.3', '0.1']
    : (schema.examples ?? []).map(textOf);
  return {
    ...documentation,
    ...(rule === undefined ? {} : { default: rule.replace(/^null, (which is )?/, '') }),
    ...(source === undefined || source === 'ours' ? {} : { source }),
    path: path.join('.'),
    label: labelOf(path.at(-1) ?? ''),
    control,
    required,
    ...(defaultText === undefined ? {} : { defaultText }),
    ...(control === 'choice' ? { choices: namedChoices(schema) } : {}),
    ...(allowsType(schema, 'null') ? { nullLabel: nullLabel(rule) } : {}),
    ...(control === 'choice' || suggestions.length === 0 ? {} : { suggestions }),
  };
}

/** A form has a box for null: it is not among the values to type. */
function withoutNull(schema: SchemaNode): SchemaNode {
  return { ...schema, type: [schema.type ?? []].flat().filter(type => type !== 'null') };
}

function controlOf(schema: SchemaNode): FieldControl {
  if (schema.enum !== undefined) return 'choice';
  if (isFraction(schema)) return 'fraction';
  if (allowsType(schema, 'boolean')) return 'flag';
  if (allowsType(schema, 'array')) return 'list';
  return allowsType(schema, 'number') || allowsType(schema, 'integer') ? 'number' : 'text';
}

function namedChoices(schema: SchemaNode) {
  return choicesOf(schema)
    .filter(({ value }) => value !== null)
    .map(({ value, meaning }) => ({ text: textOf(value), meaning }));
}

/** "null, all of them" and "1000; null is all of them" -> "all of them"; a computed rule -> "automatic". */
function nullLabel(rule = ''): string {
  const words = /null(?:,| is) (?!which)(?<words>.+)$/.exec(rule)?.groups?.['words'];
  return words === undefined ? 'automatic' : words;
}
