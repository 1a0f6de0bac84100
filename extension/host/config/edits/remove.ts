import type { Edit, Node } from 'jsonc-parser';
import { endOf, lineStart, trailingAt } from './trivia';

/** The changes that take a property out of its object, with one comma and, where it stood alone, its line. */
export function removeProperty(text: string, property: Node): Edit[] {
  const siblings = property.parent?.children ?? [];
  const previous = siblings[siblings.indexOf(property) - 1];
  const ownComma = trailingAt(text, endOf(property)).comma;
  const previousComma = previous && trailingAt(text, endOf(previous)).comma;
  if (ownComma !== undefined) return withGaps(text, [property.offset, endOf(property)], ownComma);
  if (previousComma === undefined) return withGaps(text, [property.offset, endOf(property)]);
  return onlySpace(text, previousComma + 1, property.offset)
    ? [cut(previousComma, endOf(property))]
    : [cut(previousComma, previousComma + 1), ...withGaps(text, [property.offset, endOf(property)])];
}

/** A range, and a comma some way behind it. */
function withGaps(text: string, [from, to]: readonly [number, number], comma?: number): Edit[] {
  if (comma !== undefined && !onlySpace(text, to, comma)) {
    // A comment stands between the value and its comma.
    return [cut(from, to), cut(comma, comma + 1)];
  }
  const end = comma === undefined ? to : comma + 1;
  const start = lineStart(text, from);
  const lineEnd = /^[ \t]*(\r\n|\n|\r)/.exec(text.slice(end));
  if (lineEnd !== null && onlySpace(text, start, from)) return [cut(start, end + lineEnd[0].length)];
  const gap = /^[ \t]*/.exec(text.slice(end))?.[0].length ?? 0;
  return [cut(from, end + gap)];
}

function onlySpace(text: string, from: number, to: number): boolean {
  return text.slice(from, to).trim() === '';
}

function cut(from: number, to: number): Edit {
  return { offset: from, length: to - from, content: '' };
}
