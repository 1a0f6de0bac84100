import { commands, window, workspace } from 'vscode';

/** Measuring starts a process on the workspace's files: only where the person trusts it. Says so where not. */
export async function mayMeasure(): Promise<boolean> {
  if (workspace.isTrusted) return true;
  const trust = 'Manage Workspace Trust';
  const chosen = await window.showErrorMessage(
    'Measuring starts and ends processes, so it needs your trust in this workspace.',
    trust,
  );
  if (chosen === trust) await commands.executeCommand('workbench.trust.manage');
  return false;
}
