import type { Config, RawConfig } from '../../../contract/config';
import { checkWritten } from '../../../contract/config/semantics/written';
import { leavesOf } from '../fields/leaves';

/**
 * The settings that have no effect beside the others of a config, and why. The checks of the contract name them only
 * where they are written, so they are asked about a config in which everything is.
 */
export function inactiveSettings(config: Config): ReadonlyMap<string, string> {
  return new Map(
    checkWritten(everythingWritten, config)
      .filter(({ mend }) => mend?.action === 'remove')
      .map(({ path, message }) => [path, reasonIn(message)]),
  );
}

/** Every setting moved away from its default; the kind of the values does not matter to the checks. */
const everythingWritten = (() => {
  const sections: Record<string, object> = {};
  for (const { path, schema } of leavesOf()) {
    let section: Record<string, unknown> = sections;
    for (const name of path.slice(0, -1)) {
      section[name] ??= {};
      section = section[name] as Record<string, unknown>;
    }
    section[path.at(-1) ?? ''] = schema.default === null ? '' : null;
  }
  return sections as unknown as RawConfig;
})();

function reasonIn(message: string): string {
  const { why, owner } =
    /has no effect: (?<why>.*)\.$|, (?<owner>a setting of \S+ models)/.exec(message)?.groups ?? {};
  return why ?? owner ?? 'another choice above has no use for it';
}
