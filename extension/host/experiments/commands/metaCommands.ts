import { window } from 'vscode';
import { changeTags, type RunMeta } from '../meta/runMeta';
import { updateMeta } from '../meta/updateMeta';
import { displayName, type RunSummary } from '../store/runEntry';
import type { RunStore } from '../store/runStore';
import { pickTags } from './pickTags';
import { isRun, type RunCommand } from './runCommand';

/** Rename, star, tag, note: what a person adds to a run. */
export function metaCommands(store: RunStore): RunCommand[] {
  const change = async (entries: readonly RunSummary[], edit: (meta: RunMeta) => RunMeta) => {
    await Promise.all(entries.map(({ folder }) => updateMeta(folder, edit)));
    await store.update(entries.map(({ folder }) => folder));
  };
  const star = (starred: boolean) => (entries: readonly RunSummary[]) =>
    change(entries, meta => ({ ...meta, starred }));
  return [
    { name: 'star', title: 'Star Run', many: true, accepts: isRun, run: star(true) },
    { name: 'unstar', title: 'Remove Star from Run', many: true, accepts: isRun, run: star(false) },
    {
      name: 'rename',
      title: 'Rename Run',
      accepts: isRun,
      run: async ([entry]) => {
        if (entry === undefined) return;
        const name = await window.showInputBox({
          title: `Rename ${displayName(entry)}`,
          prompt: `Shown in the lists; the folder keeps its name. Empty: “${entry.record.name}”, from the config.`,
          value: displayName(entry),
        });
        if (name === undefined) return;
        await change([entry], meta => ({
          ...meta,
          displayName: name.trim() === entry.record.name ? '' : name,
        }));
      },
    },
    {
      name: 'editNote',
      title: 'Edit Note of Run',
      accepts: isRun,
      run: async ([entry]) => {
        if (entry === undefined) return;
        const note = await window.showInputBox({
          title: `Note on ${displayName(entry)}`,
          prompt: 'Shown when the pointer rests on the run, and found by the filter. Empty removes it.',
          value: entry.meta.note ?? '',
        });
        if (note !== undefined) await change([entry], meta => ({ ...meta, note }));
      },
    },
    {
      name: 'editTags',
      title: 'Tag Runs',
      many: true,
      accepts: isRun,
      run: async entries => {
        const known = store.entries.flatMap(entry => (isRun(entry) ? (entry.meta.tags ?? []) : []));
        const common = tagsOfAll(entries);
        const ticked = await pickTags([...new Set(known)].sort(), common);
        if (ticked === undefined) return;
        await change(entries, meta => ({ ...meta, tags: changeTags(meta.tags ?? [], common, ticked) }));
      },
    },
  ];
}

function tagsOfAll(entries: readonly RunSummary[]): readonly string[] {
  const [first, ...others] = entries;
  return (first?.meta.tags ?? []).filter(tag => others.every(entry => entry.meta.tags?.includes(tag)));
}
