import path from 'node:path';
import { commands, window } from 'vscode';
import { runFiles } from '../../contract/runFolder';
import { type EndAction, endNotice } from './endNotice';
import { lastLines } from './fileTail';
import type { EndedRun } from './liveRuns';

const commandOf: Readonly<Record<EndAction, string>> = {
  Open: 'randomizedAt.openDashboard',
  Resume: 'randomizedAt.resume',
  'Show Log': 'randomizedAt.showLog',
};

/** Tells that a run has ended, and does what the person chooses. */
export async function notifyEnd({ folder, record }: EndedRun): Promise<void> {
  const lines = await lastLines(path.join(folder, runFiles.stderr), 2);
  const { severity, text, actions } = endNotice(record, lines.join(' ').slice(-300));
  const show = {
    information: window.showInformationMessage,
    warning: window.showWarningMessage,
    error: window.showErrorMessage,
  }[severity];
  const chosen = await show<EndAction>(text, ...actions);
  if (chosen) await commands.executeCommand(commandOf[chosen], folder);
}
