import type { Edit, Node } from 'jsonc-parser';
import { endOf, indentAt, isOneLine, lineEnding, trailingAt } from './trivia';

/**
 * The changes that add `name: value` to an object, after the last of its properties that `order` puts before it.
 * Only the new property and its comma are written: comments stay with the property they stand beside.
 * `value` is written text.
 */
export function insertProperty(
  text: string,
  object: Node,
  name: string,
  value: string,
  order: readonly string[],
): Edit[] {
  const property = `${JSON.stringify(name)}: ${value}`;
  const properties = object.children ?? [];
  const before = precedingProperty(properties, name, order);
  if (before !== undefined) return insertAfter(text, object, before, property);
  const first = properties[0];
  return first === undefined
    ? insertInto(text, object, property)
    : insertBefore(text, object, first, property);
}

function precedingProperty(
  properties: readonly Node[],
  name: string,
  order: readonly string[],
): Node | undefined {
  const place = order.indexOf(name);
  if (place < 0) return properties.at(-1);
  return properties.findLast(({ children }) => order.indexOf(String(children?.[0]?.value)) < place);
}

function insertAfter(text: string, object: Node, before: Node, property: string): Edit[] {
  const after = trailingAt(text, endOf(before));
  const comma = after.comma === undefined ? [insert(endOf(before), ',')] : [];
  // A comma that was there already separates what follows, or ends the list as its writer likes it.
  const close = after.comma === undefined ? '' : ',';
  if (after.endsLine && !isOneLine(text, object)) {
    return [...comma, insert(after.end, `${newLine(text, object)}${property}${close}`)];
  }
  return after.comma === undefined
    ? [insert(endOf(before), `, ${property}`)]
    : [insert(after.comma + 1, ` ${property},`)];
}

function insertBefore(text: string, object: Node, first: Node, property: string): Edit[] {
  const after = trailingAt(text, object.offset + 1);
  return after.endsLine && !isOneLine(text, object)
    ? [insert(after.end, `${newLine(text, object)}${property},`)]
    : [insert(first.offset, `${property}, `)];
}

function insertInto(text: string, object: Node, property: string): Edit[] {
  const close = endOf(object) - 1;
  const inside = text.slice(object.offset + 1, close);
  const isRoot = object.parent === undefined;
  if (/\S/.test(inside)) {
    // Comments only: the property follows them, on a line of its own.
    const end = object.offset + 1 + inside.trimEnd().length;
    return [replace(end, close, `${newLine(text, object)}${property}${outerLine(text, object)}`)];
  }
  const content =
    isRoot || !isOneLine(text, object)
      ? `${newLine(text, object)}${property}${outerLine(text, object)}`
      : ` ${property} `;
  return [replace(object.offset + 1, close, content)];
}

function newLine(text: string, object: Node): string {
  const [first] = object.children ?? [];
  const outer = indentAt(text, object.offset);
  const own = first === undefined ? outer : indentAt(text, first.offset);
  return (
    lineEnding(text) + (own.length > outer.length ? own : `${outer}${outer.startsWith('\t') ? '\t' : '  '}`)
  );
}

function outerLine(text: string, object: Node): string {
  return lineEnding(text) + indentAt(text, object.offset);
}

function insert(offset: number, content: string): Edit {
  return { offset, length: 0, content };
}

function replace(from: number, to: number, content: string): Edit {
  return { offset: from, length: to - from, content };
}
