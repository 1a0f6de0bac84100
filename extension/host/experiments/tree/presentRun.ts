import { displayName, type RunEntry, type RunSummary } from '../store/runEntry';
import { epochOfEpochs, percent, shortTime } from './figures';
import type { Grouping } from './group';
import { isLive, isResumable, type RunState, stateTitles } from './runState';

/** A row of the tree as plain data. */
export interface Row {
  readonly label: string;
  /** Shown dimmed after the label. */
  readonly description: string;
  readonly icon?: Icon;
  /** Words that the menus' conditions look for: see package.json. */
  readonly contextValue: string;
  /** What a screen reader says. */
  readonly spoken: string;
}

export interface Icon {
  /** Name of a codicon. */
  readonly id: string;
  /** Name of a theme colour. */
  readonly color?: string;
}

const icons: Readonly<Record<RunState, Icon>> = {
  running: { id: 'loading~spin', color: 'charts.blue' },
  paused: { id: 'debug-pause', color: 'charts.yellow' },
  interrupted: { id: 'debug-disconnect', color: 'problemsWarningIcon.foreground' },
  failed: { id: 'error', color: 'list.errorForeground' },
  stopped: { id: 'debug-stop', color: 'descriptionForeground' },
  finished: { id: 'pass', color: 'testing.iconPassed' },
  corrupt: { id: 'warning', color: 'list.warningForeground' },
};

/** A run's row. Under a heading of its own name it is called by its time, unless a person has named it. */
export function presentRun(entry: RunEntry, state: RunState, grouping: Grouping, now: Date): Row {
  if (entry.kind === 'corrupt') {
    return {
      label: entry.id,
      description: 'damaged',
      icon: icons.corrupt,
      contextValue: 'corrupt',
      spoken: `${entry.id}, damaged run folder: ${entry.reason}`,
    };
  }
  const { record, meta } = entry;
  const time = shortTime(new Date(record.createdAt), now);
  const name = displayName(entry);
  const isNamedByTime = grouping === 'name' && meta.displayName === undefined;
  const tags = (meta.tags ?? []).map(tag => `#${tag}`);
  const facts = [...figures(entry, state), ...tags, isNamedByTime ? '' : time];
  return {
    label: isNamedByTime ? time : name,
    description: (meta.starred ? '★ ' : '') + facts.filter(Boolean).join(' · '),
    icon: icons[state],
    contextValue: contextWords(entry, state),
    spoken: spoken(entry, state, name, time),
  };
}

/** Short enough for a sidebar of the usual width: the epoch of the planned ones goes without its word there. */
function figures({ record }: RunSummary, state: RunState): string[] {
  const { best } = record;
  const epoch = epochOfEpochs(record);
  if (best === undefined) return [state === 'failed' ? 'failed' : '', `epoch ${epoch}`];
  return [`${percent(best.robustAccuracy)} robust`, `${percent(best.cleanAccuracy)} clean`, epoch];
}

function contextWords({ meta }: RunSummary, state: RunState): string {
  return [
    'run',
    state,
    isLive(state) ? 'live' : 'ended',
    isResumable(state) ? 'resumable' : '',
    meta.starred ? 'starred' : 'unstarred',
  ]
    .filter(Boolean)
    .join(' ');
}

function spoken({ record, meta }: RunSummary, state: RunState, name: string, time: string): string {
  const { best } = record;
  return [
    name,
    stateTitles[state].toLowerCase(),
    meta.starred ? 'starred' : '',
    best
      ? `best robust accuracy ${percent(best.robustAccuracy)}, clean ${percent(best.cleanAccuracy)}`
      : 'not measured yet',
    `epoch ${epochOfEpochs(record).replace('/', ' of ')}`,
    meta.tags ? `tags ${meta.tags.join(', ')}` : '',
    `started ${time}`,
  ]
    .filter(Boolean)
    .join(', ');
}
