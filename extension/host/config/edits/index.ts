import { applyEdits, type Edit, findNodeAtLocation, type Node, parseTree } from 'jsonc-parser';
import {
  type JsonPath,
  type JsonValue,
  type Mend,
  type SchemaNode,
  schemaTree,
} from '../../../contract/config';
import { insertProperty } from './insert';
import { removeProperty } from './remove';
import { endOf } from './trivia';
import { writeValue } from './write';

/*
 * jsonc-parser's own `modify` lays out the whole line anew when it inserts, and takes away the comments between two
 * properties when it removes one; hence these edits, which touch nothing but the property itself.
 */

/** The changes that write `value` at `path`; sections on the way are made, at their place in the schema's order. */
export function setValue(text: string, path: JsonPath, value: JsonValue): Edit[] {
  const root = parseRoot(text);
  if (root === undefined)
    return [{ offset: text.length, length: 0, content: `${documentOf(path, value)}\n` }];
  const existing = findNodeAtLocation(root, [...path]);
  if (existing !== undefined) return [replaceNode(existing, value)];
  for (let depth = path.length - 1; depth >= 0; depth--) {
    const section = depth === 0 ? root : findNodeAtLocation(root, path.slice(0, depth));
    if (section === undefined) continue;
    const rest = path.slice(depth + 1);
    if (section.type !== 'object') return [replaceNode(section, nest(path.slice(depth), value))];
    const order = Object.keys(schemaOf(path.slice(0, depth))?.properties ?? {});
    return insertProperty(text, section, String(path[depth]), writeValue(nest(rest, value)), order);
  }
  return [];
}

/** The changes that take the property at `path` away; a section left empty goes with it, unless it is required. */
export function removeValue(text: string, path: JsonPath): Edit[] {
  const root = parseRoot(text);
  const property = root && findNodeAtLocation(root, [...path])?.parent;
  if (property?.type !== 'property') return [];
  const section = property.parent;
  const parentPath = path.slice(0, -1);
  const isOnly = section?.children?.length === 1 && section.parent?.type === 'property';
  const required = schemaOf(parentPath.slice(0, -1))?.required ?? [];
  return isOnly && !required.includes(String(parentPath.at(-1))) && !hasComment(text, section, property)
    ? removeValue(text, parentPath)
    : removeProperty(text, property);
}

/** The changes that carry out a mend. */
export function editsOfMend(text: string, mend: Mend): Edit[] {
  switch (mend.action) {
    case 'set':
      return setValue(text, mend.path, mend.replacement);
    case 'remove':
      return removeValue(text, mend.path);
    case 'rename':
      return renameProperty(text, mend.path, mend.name);
  }
}

function renameProperty(text: string, path: JsonPath, name: string): Edit[] {
  const root = parseRoot(text);
  const key = root && findNodeAtLocation(root, [...path])?.parent?.children?.[0];
  if (key === undefined) return [];
  return [{ offset: key.offset, length: key.length, content: JSON.stringify(name) }];
}

/** Several mends as one replacement of the stretch of text that they change. */
export function editOfMends(text: string, mends: readonly Mend[]): Edit | undefined {
  const mended = mends.reduce((current, mend) => applyEdits(current, editsOfMend(current, mend)), text);
  return difference(text, mended);
}

/** The one replacement that turns `before` into `after`; undefined where they are the same. */
export function difference(before: string, after: string): Edit | undefined {
  if (before === after) return undefined;
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && before[start] === after[start]) start++;
  let tail = 0;
  while (tail < shorter - start && before.at(-1 - tail) === after.at(-1 - tail)) tail++;
  return {
    offset: start,
    length: before.length - tail - start,
    content: after.slice(start, after.length - tail),
  };
}

/** The tree of a text that may be broken; undefined where it holds no value at all. */
export function parseRoot(text: string): Node | undefined {
  return parseTree(text.replace(/^\uFEFF/, ' '), [], { allowTrailingComma: true });
}

export function schemaOf(path: JsonPath): SchemaNode | undefined {
  return path.reduce<SchemaNode | undefined>(
    (node, part) =>
      typeof part === 'number'
        ? node?.items
        : Object.hasOwn(node?.properties ?? {}, part)
          ? node?.properties?.[part]
          : undefined,
    schemaTree,
  );
}

function replaceNode(node: Node, value: JsonValue): Edit {
  return { offset: node.offset, length: node.length, content: writeValue(value) };
}

function nest(path: JsonPath, value: JsonValue): JsonValue {
  return path.reduceRight<JsonValue>((inner, name) => ({ [String(name)]: inner }), value);
}

function documentOf([name, ...rest]: JsonPath, value: JsonValue): string {
  return `{\n  ${JSON.stringify(String(name))}: ${writeValue(nest(rest, value))}\n}`;
}

function hasComment(text: string, section: Node, property: Node): boolean {
  const around =
    text.slice(section.offset + 1, property.offset) + text.slice(endOf(property), endOf(section) - 1);
  return /[^\s,]/.test(around);
}
