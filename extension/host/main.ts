import { commands, type ExtensionContext, window } from 'vscode';

/** Runs the trainer on the config in the active editor, in a terminal. */
async function start(trainer: string): Promise<void> {
  const document = window.activeTextEditor?.document;
  if (!document?.fileName.endsWith('.rat.json')) {
    await window.showInformationMessage('Open a training config (*.rat.json) first.');
    return;
  }
  await document.save();
  const terminal = window.createTerminal({
    name: 'Randomized AT',
    shellPath: 'node',
    shellArgs: [trainer, 'run', document.fileName],
  });
  terminal.show();
}

export function activate(context: ExtensionContext): void {
  const trainer = context.asAbsolutePath('dist/trainer.js');
  context.subscriptions.push(commands.registerCommand('randomizedAt.start', () => start(trainer)));
}
