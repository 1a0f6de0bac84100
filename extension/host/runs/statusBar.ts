import { type Disposable, StatusBarAlignment, window } from 'vscode';
import type { LiveRuns } from './liveRuns';
import { describeLiveRun } from './runStatus';

/** Shows the most recent live run at the window's foot; a click opens its dashboard. */
export function showInStatusBar(runs: LiveRuns): Disposable[] {
  const item = window.createStatusBarItem('randomizedAt.run', StatusBarAlignment.Left, 50);
  item.name = 'Randomized AT';
  const update = () => {
    const [newest] = runs.all;
    if (!newest) {
      item.hide();
      return;
    }
    const { text, tooltip } = describeLiveRun(newest);
    item.text = text;
    item.tooltip = tooltip;
    item.command = {
      title: 'Open Dashboard',
      command: 'randomizedAt.openDashboard',
      arguments: [newest.folder],
    };
    item.show();
  };
  return [item, runs.onDidChange(update), runs.onDidProgress(update)];
}
