import { format } from 'jsonc-parser';
import {
  CodeLens,
  CompletionItem,
  CompletionItemKind,
  CompletionList,
  Disposable,
  extensions,
  Hover,
  InlayHint,
  languages,
  MarkdownString,
  Range,
  SnippetString,
  type TextDocument,
  TextEdit,
  workspace,
} from 'vscode';
import type { Config } from '../../../contract/config';
import { estimate } from '../cost/estimate';
import { resolveLeniently } from '../fields/resolved';
import { type Completion, completionsAt } from '../language/completion';
import { hintsIn } from '../language/hints';
import { hoverAt } from '../language/hover';
import { lensesOf } from '../language/lenses';
import type { SpeedOf } from '../runs/speedOf';
import { rangeOf } from './ranges';
import { configSelector } from './selector';

/** Completion, hover, hints in the lines, actions above the text and formatting of configs. */
export function registerLanguage(speedOf: SpeedOf): Disposable {
  return Disposable.from(
    languages.registerCompletionItemProvider(
      configSelector,
      { provideCompletionItems: (document, position) => completions(document, document.offsetAt(position)) },
      '"',
      ':',
      ' ',
    ),
    languages.registerHoverProvider(configSelector, {
      provideHover: (document, position) => hover(document, document.offsetAt(position)),
    }),
    languages.registerInlayHintsProvider(configSelector, {
      provideInlayHints: (document, range) => inlayHints(document, range, speedOf),
    }),
    languages.registerCodeLensProvider(configSelector, {
      provideCodeLenses: document => lenses(document, speedOf),
    }),
    registerFormatting(),
  );
}

const kinds: Readonly<Record<Completion['kind'], CompletionItemKind>> = {
  property: CompletionItemKind.Property,
  section: CompletionItemKind.Module,
  value: CompletionItemKind.Value,
  template: CompletionItemKind.Snippet,
};

function completions(document: TextDocument, offset: number): CompletionList {
  const items = completionsAt(document.getText(), offset).map((completion, index) => {
    const { label, kind, detail, documentation, snippet, filter } = completion;
    const item = new CompletionItem(label, kinds[kind]);
    if (detail !== undefined) item.detail = detail;
    if (documentation !== undefined) item.documentation = new MarkdownString(documentation);
    item.insertText = new SnippetString(snippet);
    item.filterText = filter;
    item.range = rangeOf(document, completion.offset, completion.length);
    item.sortText = String(index).padStart(3, '0');
    return item;
  });
  return new CompletionList(items);
}

function hover(document: TextDocument, offset: number): Hover | undefined {
  const found = hoverAt(document.getText(), offset);
  if (found === undefined) return undefined;
  return new Hover(new MarkdownString(found.markdown), rangeOf(document, found.offset, found.length));
}

async function inlayHints(document: TextDocument, range: Range, speedOf: SpeedOf): Promise<InlayHint[]> {
  const estimateOf = await estimator(document, speedOf);
  const hints = hintsIn(document.getText(), estimateOf).map(({ offset, label, tooltip }) => {
    const hint = new InlayHint(document.positionAt(offset), label);
    hint.tooltip = tooltip;
    hint.paddingLeft = true;
    return hint;
  });
  return hints.filter(({ position }) => range.contains(position));
}

async function lenses(document: TextDocument, speedOf: SpeedOf): Promise<CodeLens[]> {
  const estimateOf = await estimator(document, speedOf);
  const top = new Range(0, 0, 0, 0);
  return lensesOf(document.getText(), document.fileName, estimateOf).map(
    ({ title, tooltip, command }) =>
      new CodeLens(top, { title, tooltip, command, arguments: [document.uri] }),
  );
}

async function estimator(document: TextDocument, speedOf: SpeedOf) {
  const config = resolveLeniently(document.getText());
  const speed = config && (await speedOf(config, document.uri));
  return (current: Config) => estimate(current, speed);
}

/**
 * The JSON language that VS Code brings along formats configs as we would, with the same library and comments kept; a
 * second formatter for the language would only make VS Code ask which one to use. Ours stands in where it is missing.
 */
function registerFormatting(): Disposable {
  const isThere = extensions.getExtension('vscode.json-language-features') !== undefined;
  if (isThere && workspace.getConfiguration('json').get('format.enable', true)) return Disposable.from();
  return languages.registerDocumentFormattingEditProvider(configSelector, {
    provideDocumentFormattingEdits: (document, { tabSize, insertSpaces }) =>
      format(document.getText(), undefined, { tabSize, insertSpaces, keepLines: true }).map(
        ({ offset, length, content }) => TextEdit.replace(rangeOf(document, offset, length), content),
      ),
  });
}
