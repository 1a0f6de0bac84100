import { findNodeAtLocation, getLocation, type JSONPath, type Node } from 'jsonc-parser';
import { formatPath } from '../../../contract/config/problem';
import { parseRoot, schemaOf } from '../edits';
import { resolvedOtherwise, resolveLeniently, showValue } from '../fields/resolved';
import { fieldMarkdown, typeInWords } from './markdown';

export interface HoverText {
  readonly markdown: string;
  readonly offset: number;
  readonly length: number;
}

/** What the setting at `offset` means and comes to; undefined outside settings. */
export function hoverAt(text: string, offset: number): HoverText | undefined {
  const root = parseRoot(text);
  if (root === undefined) return undefined;
  const path = settingPath(getLocation(text, offset).path);
  const schema = schemaOf(path);
  const value = findNodeAtLocation(root, path);
  const key = value?.parent?.children?.[0];
  if (path.length === 0 || schema === undefined || value === undefined || key === undefined) return undefined;
  const node = contains(key, offset) ? key : value;
  if (!contains(node, offset) || (node === value && value.type === 'object')) return undefined;
  const resolved = resolvedOtherwise(resolveLeniently(text), path, schema, value.value);
  const title = `**${formatPath(path)}** — ${typeInWords(schema).replaceAll('|', '\\|')}`;
  const markdown = [
    title,
    fieldMarkdown(schema, value.value),
    ...(resolved === undefined ? [] : [`In this config: \`${showValue(resolved)}\``]),
  ];
  return { markdown: markdown.join('\n\n'), offset: node.offset, length: node.length };
}

/** An item of a list is explained as its list. */
function settingPath(path: JSONPath): JSONPath {
  const item = path.findIndex(part => typeof part === 'number');
  return item < 0 ? path : path.slice(0, item);
}

function contains({ offset, length }: Node, place: number): boolean {
  return place >= offset && place <= offset + length;
}
