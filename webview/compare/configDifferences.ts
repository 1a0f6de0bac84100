/** A config field that is not the same in all runs. */
export interface ConfigDifference {
  /** Names from the outside in: "optimizer.learningRate". */
  readonly path: string;
  /** One text a run, in the runs' order; undefined where the config has no such field. */
  readonly values: readonly (string | undefined)[];
}

/** The fields in which configs differ, in the order of the first config that has them. */
export function configDifferences(configs: readonly unknown[]): ConfigDifference[] {
  const flattened = configs.map(config => new Map(flatten(config, '')));
  const paths = new Set(flattened.flatMap(fields => [...fields.keys()]));
  return [...paths]
    .map(path => ({ path, values: flattened.map(fields => fields.get(path)) }))
    .filter(({ values }) => values.some(value => value !== values[0]));
}

/** Every field that is not an object, as text; a list is one field. */
function flatten(value: unknown, path: string): [path: string, text: string][] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return path === '' ? [] : [[path, formatValue(value)]];
  }
  return Object.entries(value).flatMap(([name, child]) =>
    flatten(child, path === '' ? name : `${path}.${name}`),
  );
}

function formatValue(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
