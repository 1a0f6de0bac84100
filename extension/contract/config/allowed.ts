import type { SchemaNode } from './schema';

/** The values a schema allows, in words: `an integer from 1 to 1000`, `"eval" or "train"`. */
export function allowedValues(schema: SchemaNode): string {
  if (schema.enum !== undefined) return either(schema.enum.map(value => JSON.stringify(value)));
  const types = [schema.type ?? []].flat();
  return either(types.map(type => valuesOfType(type, schema)));
}

function valuesOfType(type: string, schema: SchemaNode): string {
  switch (type) {
    case 'integer':
      return `an integer${range(schema)}`;
    case 'number':
      return `a number${range(schema)}`;
    case 'string':
      return schema.patternErrorMessage ?? 'text';
    case 'boolean':
      return 'true or false';
    case 'array':
      return list(schema);
    case 'object':
      return 'a section { ... }';
    default:
      return type;
  }
}

function range({ minimum, exclusiveMinimum, maximum, exclusiveMaximum }: SchemaNode): string {
  const bounds = [
    ...(minimum === undefined ? [] : [`from ${minimum}`]),
    ...(exclusiveMinimum === undefined ? [] : [`greater than ${exclusiveMinimum}`]),
    ...(maximum === undefined
      ? []
      : [exclusiveMinimum === undefined ? `to ${maximum}` : `and at most ${maximum}`]),
    ...(exclusiveMaximum === undefined ? [] : [`and less than ${exclusiveMaximum}`]),
  ];
  return bounds.map(bound => ` ${bound}`).join('');
}

function list({ items, minItems, maxItems }: SchemaNode): string {
  const count = minItems !== undefined && minItems === maxItems ? `${minItems} values` : 'values';
  return `a list of ${count}, each ${items === undefined ? 'anything' : allowedValues(items)}`;
}

function either(options: readonly string[]): string {
  const last = options.at(-1) ?? 'nothing';
  return options.length < 2 ? last : `${options.slice(0, -1).join(', ')} or ${last}`;
}
