import { commands, Range, Uri, window, workspace } from 'vscode';
import type { NodeNotFound } from './findNode';
import type { ProblemPlace } from './startProblem';

/** Says why there is no runtime, and leads to the setting. */
export async function showNodeNotFound({ message }: NodeNotFound): Promise<void> {
  const open = 'Open Setting';
  const chosen = await window.showErrorMessage(message, open);
  if (chosen === open)
    await commands.executeCommand('workbench.action.openSettings', 'randomizedAt.nodePath');
}

/** Does not wait for the person: a notification may stay for hours. */
export async function showFailure(
  text: string,
  details: string,
  place: ProblemPlace | undefined,
): Promise<void> {
  const showProblem = 'Show Problem';
  const showDetails = 'Show Details';
  const actions = place ? [showProblem, showDetails] : [showDetails];
  void window.showErrorMessage(text, ...actions).then(async chosen => {
    if (chosen === showDetails) {
      await window.showTextDocument(await workspace.openTextDocument({ content: details, language: 'log' }));
    } else if (chosen === showProblem && place) {
      const [line, column] = [place.line - 1, place.column - 1];
      await window.showTextDocument(Uri.file(place.file), {
        selection: new Range(line, column, line, column),
      });
    }
  });
}
