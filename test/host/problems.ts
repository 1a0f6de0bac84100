import { type Diagnostic, languages, type Uri } from 'vscode';

export function problemsOf(uri: Uri): readonly Diagnostic[] {
  return languages.getDiagnostics(uri);
}

/** The problems of a file as soon as they are as expected. */
export async function changedProblems(
  uri: Uri,
  expected: (problems: readonly Diagnostic[]) => boolean,
): Promise<readonly Diagnostic[]> {
  return new Promise(resolve => {
    const look = () => {
      const problems = problemsOf(uri);
      if (!expected(problems)) return;
      subscription.dispose();
      resolve(problems);
    };
    const subscription = languages.onDidChangeDiagnostics(look);
    look();
  });
}
