import { type SchemaNode, schemaTree } from '../../../contract/config';

export interface Leaf {
  readonly path: readonly string[];
  readonly schema: SchemaNode;
}

/** Every setting of the config that is a value and not a section, in the schema's order. */
export function leavesOf(schema: SchemaNode = schemaTree, path: readonly string[] = []): Leaf[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, child]) =>
    child.type === 'object' ? leavesOf(child, [...path, name]) : [{ path: [...path, name], schema: child }],
  );
}
