import {
  CodeAction,
  type CodeActionContext,
  CodeActionKind,
  type CodeActionProvider,
  type Disposable,
  languages,
  type Range,
  type TextDocument,
} from 'vscode';
import { editOfMends, editsOfMend } from '../edits';
import { type Finding, findingsIn, mendsOf } from '../language/diagnostics';
import { rangeOf, workspaceEdit } from './ranges';
import { configSelector } from './selector';

const fixAll = CodeActionKind.SourceFixAll.append('randomizedAt');

/** Quick fixes: what each problem's check says would mend it. */
const mends: CodeActionProvider = {
  provideCodeActions(document, range, context) {
    const findings = findingsIn(document.getText(), document.fileName);
    const here = findings.filter(({ offset, length }) =>
      rangeOf(document, offset, length).intersection(range),
    );
    return [
      ...here.flatMap(finding => mendAction(document, finding, context)),
      ...allMends(document, findings, here, context),
    ];
  },
};

function mendAction(
  document: TextDocument,
  { problem, offset, length }: Finding,
  { diagnostics, only }: CodeActionContext,
): CodeAction[] {
  if (problem.mend === undefined || only?.contains(CodeActionKind.QuickFix) === false) return [];
  const place = problem.path === '' ? '' : `${problem.path}: `;
  const action = new CodeAction(`${place}${problem.mend.title}`, CodeActionKind.QuickFix);
  const range: Range = rangeOf(document, offset, length);
  action.diagnostics = diagnostics.filter(
    diagnostic => diagnostic.message === problem.message && diagnostic.range.isEqual(range),
  );
  action.isPreferred = true;
  action.edit = workspaceEdit(document, editsOfMend(document.getText(), problem.mend));
  return [action];
}

/** One action for everything that can be mended: beside a problem, and as a source action on saving. */
function allMends(
  document: TextDocument,
  findings: readonly Finding[],
  here: readonly Finding[],
  { only }: CodeActionContext,
): CodeAction[] {
  const all = mendsOf(findings);
  const isSource = only?.intersects(fixAll) ?? false;
  const kind = isSource ? fixAll : CodeActionKind.QuickFix;
  const wanted = isSource ? all.length > 0 : all.length > 1 && mendsOf(here).length > 0;
  const edit = wanted ? editOfMends(document.getText(), all) : undefined;
  if (edit === undefined) return [];
  const action = new CodeAction(`Mend all ${all.length} problems that can be mended`, kind);
  action.edit = workspaceEdit(document, [edit]);
  return [action];
}

export function registerCodeActions(): Disposable {
  return languages.registerCodeActionsProvider(configSelector, mends, {
    providedCodeActionKinds: [CodeActionKind.QuickFix, fixAll],
  });
}
