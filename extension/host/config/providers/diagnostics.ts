import {
  Diagnostic,
  DiagnosticSeverity,
  Disposable,
  extensions,
  languages,
  type TextDocument,
  workspace,
} from 'vscode';
import { type Finding, findingsIn, isSyntaxError } from '../language/diagnostics';
import { rangeOf } from './ranges';
import { isConfigDocument } from './selector';

/** Long enough to type on, short enough to feel immediate. */
const delay = 150;

/**
 * Shows the problems of every open config.
 *
 * The JSON language that VS Code brings along reports syntax errors itself, so ours are shown only where it does not;
 * everything else is told by us alone. The schema contributed for `*.rat.json` therefore allows comments and trailing
 * commas and checks nothing: with the full one, each wrong value would be reported twice, and once without a mend.
 */
export function registerDiagnostics(): Disposable {
  const collection = languages.createDiagnosticCollection('randomizedAt.config');
  const waiting = new Map<string, NodeJS.Timeout>();

  const forget = ({ uri }: TextDocument) => {
    clearTimeout(waiting.get(uri.toString()));
    waiting.delete(uri.toString());
  };
  const check = (document: TextDocument) => {
    forget(document);
    if (document.isClosed || !isConfigDocument(document)) return;
    const findings = findingsIn(document.getText(), document.fileName);
    const shown = findings.filter(({ problem }) => !isSyntaxError(problem) || !jsonLanguageReportsSyntax());
    collection.set(
      document.uri,
      shown.map(finding => toDiagnostic(document, finding)),
    );
  };

  workspace.textDocuments.forEach(check);
  return Disposable.from(
    collection,
    workspace.onDidOpenTextDocument(check),
    workspace.onDidChangeTextDocument(({ document }) => {
      if (!isConfigDocument(document)) return;
      forget(document);
      waiting.set(
        document.uri.toString(),
        setTimeout(() => check(document), delay),
      );
    }),
    workspace.onDidCloseTextDocument(document => {
      forget(document);
      collection.delete(document.uri);
    }),
    new Disposable(() => {
      for (const timer of waiting.values()) clearTimeout(timer);
    }),
  );
}

function jsonLanguageReportsSyntax(): boolean {
  const isThere = extensions.getExtension('vscode.json-language-features') !== undefined;
  return isThere && workspace.getConfiguration('json').get('validate.enable', true);
}

function toDiagnostic(document: TextDocument, { problem, offset, length }: Finding): Diagnostic {
  const severity = problem.severity === 'error' ? DiagnosticSeverity.Error : DiagnosticSeverity.Warning;
  const diagnostic = new Diagnostic(rangeOf(document, offset, length), problem.message, severity);
  diagnostic.source = 'Randomized AT';
  diagnostic.code = problem.path;
  return diagnostic;
}
