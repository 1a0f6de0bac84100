import { type Disposable, RelativePattern, workspace } from 'vscode';
import type { WatchPaths } from './store/liveRunStore';

/**
 * Watches what the sidebar shows of the run folders. A folder that is removed or moved in is told as a whole, not file by
 * file, so the folders above the files are watched too.
 */
const patterns = ['.rat', '.rat/runs', '.rat/runs/*', '.rat/runs/*/{run,meta}.json'];

/** The workspace's folders may change: all are watched anew then. */
export const watchRuns: WatchPaths = changed => {
  let watchers = watchAll(changed);
  const folders = workspace.onDidChangeWorkspaceFolders(() => {
    release(watchers);
    watchers = watchAll(changed);
  });
  return {
    dispose() {
      folders.dispose();
      release(watchers);
    },
  };
};

function watchAll(changed: (path: string) => void): Disposable[] {
  return localFolders().flatMap(folder =>
    patterns.map(pattern => {
      const isFile = pattern.endsWith('.json');
      const watcher = workspace.createFileSystemWatcher(new RelativePattern(folder, pattern), false, !isFile);
      watcher.onDidCreate(uri => changed(uri.fsPath));
      watcher.onDidChange(uri => changed(uri.fsPath));
      watcher.onDidDelete(uri => changed(uri.fsPath));
      return watcher;
    }),
  );
}

/** Absolute paths of the workspace's folders that lie on this machine's disk: elsewhere there are no runs. */
export function localFolders(): string[] {
  return (workspace.workspaceFolders ?? [])
    .filter(folder => folder.uri.scheme === 'file')
    .map(folder => folder.uri.fsPath);
}

function release(watchers: readonly Disposable[]): void {
  for (const watcher of watchers) watcher.dispose();
}
