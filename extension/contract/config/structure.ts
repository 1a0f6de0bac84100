import { getNodeValue, type Node } from 'jsonc-parser';
import { Check } from 'typebox/value';
import { allowedValues } from './allowed';
import { nearest } from './nearest';
import {
  formatPath,
  formatValue,
  type JsonPath,
  type JsonValue,
  type Mend,
  type SemanticProblem,
} from './problem';
import { type SchemaNode, schemaTree } from './schema';

/** A problem and the stretch of text it is about. */
export interface PlacedProblem extends SemanticProblem {
  readonly offset: number;
  readonly length: number;
}

/**
 * Compares the parsed text with the schema: unknown, missing and repeated properties, and values of the wrong kind.
 * One problem for each cause. A walk of our own, because a validator's error list says neither which of several
 * errors is the cause nor what the person meant.
 */
export function checkStructure(root: Node): PlacedProblem[] {
  return checkNode(root, schemaTree, []);
}

function checkNode(node: Node, schema: SchemaNode, path: JsonPath): PlacedProblem[] {
  if (schema.type === 'object' && node.type === 'object') return checkSection(node, schema, path);
  if (schema.type === 'array' && node.type === 'array') {
    const problems = checkItems(node, schema, path);
    if (problems.length > 0) return problems;
  }
  if (schema.type !== 'object' && Check(schema, getNodeValue(node))) return [];
  return [wrongValue(node, schema, path)];
}

function checkItems(list: Node, schema: SchemaNode, path: JsonPath): PlacedProblem[] {
  const { items } = schema;
  if (items === undefined) return [];
  return (list.children ?? []).flatMap((item, index) => checkNode(item, items, [...path, index]));
}

interface Property {
  readonly name: string;
  readonly key: Node;
  readonly value: Node;
}

function checkSection(section: Node, schema: SchemaNode, path: JsonPath): PlacedProblem[] {
  const properties = propertiesOf(section);
  const present = new Set(properties.map(property => property.name));
  const absent = Object.keys(schema.properties ?? {}).filter(name => !present.has(name));
  const meant = new Set<string>();
  const problems = properties.flatMap(({ name, key, value }, index) => {
    const known = knownProperty(schema, name);
    if (known === undefined) {
      const suggestion = nearest(name, absent);
      if (suggestion !== undefined) meant.add(suggestion);
      return [unknownProperty(key, name, suggestion, schema, path)];
    }
    const repeated = properties.slice(0, index).some(earlier => earlier.name === name);
    return [
      ...(repeated ? [repeatedProperty(key, name, path)] : []),
      ...checkNode(value, known, [...path, name]),
    ];
  });
  const missing = (schema.required ?? []).filter(name => !present.has(name) && !meant.has(name));
  return [...missing.map(name => missingProperty(section, name, schema, path)), ...problems];
}

function propertiesOf(section: Node): Property[] {
  return (section.children ?? []).flatMap(({ children }) => {
    const [key, value] = children ?? [];
    return key === undefined || value === undefined ? [] : [{ name: String(key.value), key, value }];
  });
}

/** Own properties only: a config may well hold a property called "constructor". */
function knownProperty(schema: SchemaNode, name: string): SchemaNode | undefined {
  return Object.hasOwn(schema.properties ?? {}, name) ? schema.properties?.[name] : undefined;
}

function unknownProperty(
  key: Node,
  name: string,
  suggestion: string | undefined,
  schema: SchemaNode,
  path: JsonPath,
): PlacedProblem {
  const found = JSON.stringify(name);
  const allowed = Object.keys(schema.properties ?? {}).join(', ');
  const elsewhere = settingsNamed(name);
  const hint =
    suggestion !== undefined
      ? `did you mean ${JSON.stringify(suggestion)}?`
      : elsewhere.length > 0
        ? `did you mean ${elsewhere.join(' or ')}?`
        : `known here: ${allowed}.`;
  return {
    severity: 'error',
    path: formatPath([...path, name]),
    message: `found the unknown property ${found}; ${hint}`,
    found,
    allowed,
    offset: key.offset,
    length: key.length,
    ...(suggestion === undefined
      ? {}
      : {
          mend: {
            action: 'rename',
            title: `rename it to ${JSON.stringify(suggestion)}`,
            path: [...path, name],
            name: suggestion,
          },
        }),
  };
}

/** Dotted paths of all settings called `name`, for one written in the wrong section. */
function settingsNamed(name: string, schema = schemaTree, path: readonly string[] = []): string[] {
  return Object.entries(schema.properties ?? {}).flatMap(([key, child]) => [
    ...(key === name ? [[...path, key].join('.')] : []),
    ...settingsNamed(name, child, [...path, key]),
  ]);
}

function repeatedProperty(key: Node, name: string, path: JsonPath): PlacedProblem {
  return {
    severity: 'error',
    path: formatPath([...path, name]),
    message: `found the property ${JSON.stringify(name)} a second time; keep one of the two.`,
    found: JSON.stringify(name),
    offset: key.offset,
    length: key.length,
  };
}

function missingProperty(section: Node, name: string, schema: SchemaNode, path: JsonPath): PlacedProblem {
  const child = knownProperty(schema, name) ?? {};
  const allowed = allowedValues(child);
  const example = child.examples?.[0] as JsonValue | undefined;
  return {
    severity: 'error',
    path: formatPath([...path, name]),
    message: `found no ${JSON.stringify(name)}, which is required; expected ${allowed}.`,
    allowed,
    offset: section.offset,
    length: 1,
    ...(example === undefined ? {} : { mend: setTo([...path, name], example) }),
  };
}

function wrongValue(node: Node, schema: SchemaNode, path: JsonPath): PlacedProblem {
  const value: unknown = getNodeValue(node);
  const found = formatValue(value);
  const allowed = allowedValues(schema);
  const intended = intendedValue(value, schema);
  const mend =
    intended !== undefined
      ? setTo(path, intended)
      : schema.default !== undefined && schema.type !== 'object'
        ? setTo(path, schema.default as JsonValue)
        : undefined;
  return {
    severity: 'error',
    path: formatPath(path),
    message: `found ${found}; expected ${allowed}.`,
    found,
    allowed,
    offset: node.offset,
    length: node.length,
    ...(mend === undefined ? {} : { mend }),
  };
}

/** An allowed value that the written one comes close to: "10" for 10, "trads" for "trades". */
function intendedValue(value: unknown, schema: SchemaNode): JsonValue | undefined {
  if (typeof value !== 'string') return undefined;
  const unquoted = /^\s*(true|false|-?[\d.]+(e[+-]?\d+)?)\s*$/i.test(value)
    ? toLiteral(value.trim())
    : undefined;
  if (unquoted !== undefined && Check(schema, unquoted)) return unquoted;
  const names = [...(schema.enum ?? schema.examples ?? [])].filter(name => typeof name === 'string');
  return nearest(value, names);
}

function toLiteral(text: string): number | boolean {
  const lower = text.toLowerCase();
  return lower === 'true' || lower === 'false' ? lower === 'true' : Number(text);
}

function setTo(path: JsonPath, replacement: JsonValue): Mend {
  return { action: 'set', title: `write ${JSON.stringify(replacement)}`, path, replacement };
}
