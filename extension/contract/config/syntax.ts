import { type Node, type ParseError, parseTree, printParseErrorCode } from 'jsonc-parser';
import type { PlacedProblem } from './structure';

const meanings: Readonly<Record<ReturnType<typeof printParseErrorCode>, string>> = {
  InvalidSymbol: 'which is not JSON; text needs double quotes',
  InvalidNumberFormat: 'which is not a number',
  PropertyNameExpected: 'where a property name in double quotes was expected',
  ValueExpected: 'where a value was expected',
  ColonExpected: 'where ":" was expected',
  CommaExpected: 'where "," was expected',
  CloseBraceExpected: 'where "}" was expected',
  CloseBracketExpected: 'where "]" was expected',
  EndOfFileExpected: 'after the end of the config; remove it',
  InvalidCommentToken: 'which is no comment; comments begin with //',
  UnexpectedEndOfComment: 'a comment without its end; write */',
  UnexpectedEndOfString: 'text without its closing quote; write "',
  UnexpectedEndOfNumber: 'a number without its digits',
  InvalidUnicode: 'which is not a unicode escape; write \\u and four hexadecimal digits',
  InvalidEscapeCharacter: 'which is not an escape; write \\\\ for a backslash',
  InvalidCharacter: 'a control character inside text',
  '<unknown ParseErrorCode>': 'which is not JSON',
};

/**
 * Parses JSON with comments and trailing commas. Of several syntax errors the first is told: the later ones are mostly
 * its echoes.
 */
export function parseSyntax(text: string): { readonly root: Node } | { readonly problem: PlacedProblem } {
  const errors: ParseError[] = [];
  const root = parseTree(text, errors, { allowTrailingComma: true });
  const first = errors.toSorted((a, b) => a.offset - b.offset)[0];
  if (first !== undefined) return { problem: syntaxProblem(text, first) };
  if (root === undefined) throw new Error('jsonc-parser gave neither a tree nor an error.');
  return { root };
}

function syntaxProblem(text: string, { error, offset, length }: ParseError): PlacedProblem {
  const symbol = text.slice(offset, offset + length);
  const found = symbol.trim() === '' ? 'the end of the text' : JSON.stringify(symbol.slice(0, 40));
  return {
    severity: 'error',
    path: '',
    message: `found ${found}, ${meanings[printParseErrorCode(error)]}.`,
    found,
    offset,
    length: Math.max(1, length),
  };
}
