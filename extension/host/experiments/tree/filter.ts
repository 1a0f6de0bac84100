import { displayName, type RunEntry } from '../store/runEntry';
import { type RunState, stateTitles } from './runState';

/** Which runs the sidebar shows. Every part narrows further; an empty one lets all through. */
export interface RunFilter {
  /** Every word of it is found in a run's names, tags, note, engine or device. */
  readonly text: string;
  /** One of these states. */
  readonly states: readonly RunState[];
  /** One of these tags. */
  readonly tags: readonly string[];
  readonly starredOnly: boolean;
}

export const noFilter: RunFilter = { text: '', states: [], tags: [], starredOnly: false };

export function isFiltering({ text, states, tags, starredOnly }: RunFilter): boolean {
  return text.trim() !== '' || states.length > 0 || tags.length > 0 || starredOnly;
}

export function passes(filter: RunFilter, entry: RunEntry, state: RunState): boolean {
  if (filter.states.length > 0 && !filter.states.includes(state)) return false;
  const meta = entry.kind === 'run' ? entry.meta : {};
  if (filter.starredOnly && !meta.starred) return false;
  if (filter.tags.length > 0 && !meta.tags?.some(tag => filter.tags.includes(tag))) return false;
  const words = filter.text.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return true;
  const searched = searchedText(entry).toLowerCase();
  return words.every(word => searched.includes(word));
}

/** The filter in words: `starred, finished or failed, #baseline, "trades"`. */
export function describeFilter({ text, states, tags, starredOnly }: RunFilter): string {
  return [
    starredOnly ? 'starred' : '',
    states.map(state => stateTitles[state].toLowerCase()).join(' or '),
    tags.map(tag => `#${tag}`).join(' or '),
    text.trim() === '' ? '' : `“${text.trim()}”`,
  ]
    .filter(Boolean)
    .join(', ');
}

function searchedText(entry: RunEntry): string {
  if (entry.kind === 'corrupt') return `${entry.id}\n${entry.reason}`;
  const { record, meta, id } = entry;
  const tags = (meta.tags ?? []).map(tag => `#${tag}`);
  return [displayName(entry), record.name, id, ...tags, meta.note, record.engine, record.device]
    .filter(Boolean)
    .join('\n');
}

/** What a stored filter says; whatever is unknown in it is left out. */
export function parseFilter(value: unknown): RunFilter {
  if (typeof value !== 'object' || value === null) return noFilter;
  const { text, states, tags, starredOnly } = value as Partial<Record<keyof RunFilter, unknown>>;
  const texts = (list: unknown) =>
    Array.isArray(list) ? list.filter(item => typeof item === 'string') : ([] as string[]);
  const isState = (state: string): state is RunState => Object.hasOwn(stateTitles, state);
  return {
    text: typeof text === 'string' ? text : '',
    states: texts(states).filter(isState),
    tags: texts(tags),
    starredOnly: starredOnly === true,
  };
}
