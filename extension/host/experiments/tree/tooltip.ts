import type { Figures } from '../../../contract/runFolder';
import { displayName, type RunEntry, type RunSummary } from '../store/runEntry';
import { duration, epochOfEpochs, percent, shortTime } from './figures';
import { type RunState, stateTitles } from './runState';

/** All that is known of a run, as markdown. Everything that comes from a file is escaped. */
export function tooltip(entry: RunEntry, state: RunState, now: Date): string {
  if (entry.kind === 'corrupt') return `**${asPlainText(entry.id)}**\n\n${asPlainText(entry.reason)}`;
  const { record, meta } = entry;
  const name = displayName(entry);
  const heading = [
    `**${asPlainText(name)}**`,
    name === record.name ? '' : asPlainText(record.name),
    meta.starred ? '★' : '',
    ...(meta.tags ?? []).map(tag => asPlainText(`#${tag}`)),
  ];
  return [
    heading.filter(Boolean).join(' · '),
    statusLine(entry, state),
    figuresTable(entry),
    facts(entry, now),
    meta.note === undefined ? '' : quote(meta.note),
  ]
    .filter(Boolean)
    .join('\n\n');
}

function statusLine({ record, status }: RunSummary, state: RunState): string {
  const epochs = `epoch ${epochOfEpochs(record)}, step ${record.step} of ${record.totalSteps}`;
  const died = status === 'interrupted' && record.status === 'running';
  const reason = died ? 'The trainer ended without a word. Resume continues from the last checkpoint.' : '';
  return [`${stateTitles[state]} · ${epochs}`, asPlainText(record.reason ?? reason)]
    .filter(Boolean)
    .join('\n\n');
}

function figuresTable({ record }: RunSummary): string {
  const line = (title: string, figures: Figures | undefined) =>
    figures === undefined
      ? []
      : [
          `| ${title} | ${percent(figures.robustAccuracy)} | ${percent(figures.cleanAccuracy)} | ${figures.epoch} |`,
        ];
  const rows = [
    ...line('best', record.best),
    ...line('last', record.last),
    ...line(record.test === undefined ? '' : `test (${asPlainText(record.test.attack)})`, record.test),
  ];
  return rows.length === 0 ? '' : ['| | robust | clean | epoch |', '|:--|--:|--:|--:|', ...rows].join('\n');
}

function facts({ record, id }: RunSummary, now: Date): string {
  const { engine, device, createdAt, updatedAt, seconds } = record;
  return [
    engine === undefined
      ? ''
      : `$(circuit-board) ${asPlainText([engine, device].filter(Boolean).join(' · '))}`,
    `$(clock) started ${shortTime(new Date(createdAt), now)}, changed ${shortTime(new Date(updatedAt), now)}, trained ${duration(seconds)}`,
    `$(folder) ${asPlainText(id)}`,
  ]
    .filter(Boolean)
    .join('  \n');
}

function quote(note: string): string {
  return note
    .split(/\r?\n/)
    .map(line => `> ${asPlainText(line)}`)
    .join('\n>\n');
}

/** Text that markdown, its tables and the editor's `$(icon)` leave alone. */
export function asPlainText(text: string): string {
  return text.replace(/[\\`*_{}[\]()#+\-.!|<>~$&:]/g, '\\$&').replaceAll('\n', ' ');
}
