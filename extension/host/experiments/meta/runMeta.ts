/** What a person adds to a run, in its folder's `meta.json`. The trainer never touches that file. */
export interface RunMeta {
  /** Shown instead of the config's name. */
  readonly displayName?: string;
  readonly starred?: boolean;
  readonly tags?: readonly string[];
  readonly note?: string;
}

export const metaFile = 'meta.json';

/** Reads the text of a `meta.json`; undefined when it is damaged. Fields of a wrong type are left out. */
export function parseMeta(text: string): RunMeta | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const { displayName, starred, tags, note } = value as Partial<Record<keyof RunMeta, unknown>>;
  return normalise({
    ...(typeof displayName === 'string' ? { displayName } : {}),
    ...(typeof note === 'string' ? { note } : {}),
    starred: starred === true,
    tags: Array.isArray(tags) ? tags.filter(tag => typeof tag === 'string') : [],
  });
}

/** Without what says nothing: empty texts, no tags, no star. Tags are trimmed, without "#", each once, in order. */
export function normalise({ displayName, starred, tags, note }: RunMeta): RunMeta {
  const name = displayName?.trim();
  const words = note?.trim();
  const plainTags = [...new Set((tags ?? []).map(plainTag).filter(tag => tag !== ''))].sort();
  return {
    ...(name ? { displayName: name } : {}),
    ...(starred ? { starred } : {}),
    ...(plainTags.length > 0 ? { tags: plainTags } : {}),
    ...(words ? { note: words } : {}),
  };
}

/** A tag as it is kept: "# last layer " is "last-layer", so that it reads as one word. */
export function plainTag(text: string): string {
  return text
    .trim()
    .replace(/^#+/, '')
    .trim()
    .replace(/[\s,]+/g, '-');
}

/**
 * The tags of one run after a person has changed those of several.
 * @param offered the tags that were ticked when the list opened: only a tag unticked there is taken away
 */
export function changeTags(
  current: readonly string[],
  offered: readonly string[],
  ticked: readonly string[],
): readonly string[] {
  const taken = offered.filter(tag => !ticked.includes(tag));
  return [...current.filter(tag => !taken.includes(tag)), ...ticked.filter(tag => !current.includes(tag))];
}
