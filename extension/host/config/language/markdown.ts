import type { SchemaNode } from '../../../contract/config';
import { choicesOf, documentationOf } from '../fields/documentation';

/** Everything the schema says about a setting or section, as Markdown; `current` marks one of its named values. */
export function fieldMarkdown(schema: SchemaNode, current?: unknown): string {
  if (schema.type === 'object') return escapeMarkdown(schema.description ?? '');
  const { meaning, unit, default: fallback, source, allowed } = documentationOf(schema);
  const facts = [
    ...(unit === undefined ? [] : [`Unit: ${unit}`]),
    fallback === undefined ? 'Required' : `Default: ${fallback}`,
    `Allowed: ${allowed}`,
    ...(source === undefined ? [] : [`Source: ${source}`]),
  ];
  const choices = choicesOf(schema).filter(choice => choice.meaning !== '');
  return [
    escapeMarkdown(meaning),
    choices.map(({ value, meaning: words }) => choiceLine(value, words, value === current)).join('\n'),
    facts.map(fact => `- ${escapeMarkdown(fact)}`).join('\n'),
  ]
    .filter(part => part !== '')
    .join('\n\n');
}

function choiceLine(value: unknown, meaning: string, isCurrent: boolean): string {
  const name = `\`${JSON.stringify(value)}\``;
  return `- ${isCurrent ? `**${name}**` : name}: ${escapeMarkdown(meaning)}`;
}

/** "integer", "number or text", "one of 4". */
export function typeInWords(schema: SchemaNode): string {
  if (schema.enum !== undefined) return schema.enum.map(value => JSON.stringify(value)).join(' | ');
  if (schema.type === 'object') return 'section';
  const words: Readonly<Record<string, string>> = { string: 'text', array: 'list' };
  return [schema.type ?? []]
    .flat()
    .map(type => words[type] ?? type)
    .join(' | ');
}

function escapeMarkdown(text: string): string {
  return text.replace(/[\\`*_{}[\]<>#|~]/g, '\\$&');
}
