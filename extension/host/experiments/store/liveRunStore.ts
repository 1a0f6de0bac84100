import type { Disposable } from '../../dispose';
import { changedRun } from './changedPath';
import { Coalescer, type Schedule } from './coalescer';
import type { RunStore } from './runStore';

/** Tells paths that were made, changed or removed, in or above the run folders. */
export type WatchPaths = (changed: (path: string) => void) => Disposable;

/** Milliseconds between two looks at the disk: a list that changes four times a second is live to the eye. */
const pauseBetweenRefreshes = 250;

/** Keeps the store in step with what the watcher tells. A burst of changes is one refresh of the runs it touched. */
export function keepLive(store: RunStore, watch: WatchPaths, schedule?: Schedule): Disposable {
  const refreshes = new Coalescer<string>(
    pauseBetweenRefreshes,
    folders => (folders.has('all') ? store.scan() : store.update(folders)),
    schedule,
  );
  const watcher = watch(changed => {
    const folder = changedRun(changed, store.runsFolders);
    if (folder !== undefined) refreshes.add(folder);
  });
  return {
    dispose() {
      watcher.dispose();
      refreshes.dispose();
    },
  };
}
