import type { Node } from 'jsonc-parser';

/** Whitespace and comments that follow a value, as far as they belong to its line. */
export interface Trailing {
  /** Offset of the comma after the value, if there is one before the next property. */
  readonly comma: number | undefined;
  /** Where the line's last comment or character ends; a new line may begin here. */
  readonly end: number;
  /** Whether nothing but space and comments follows on the line. */
  readonly endsLine: boolean;
}

const piece =
  /(?<lineBreak>\r\n|\r|\n)|(?<space>[ \t]+)|(?<comment>\/\/[^\r\n]*|\/\*[\s\S]*?\*\/)|(?<comma>,)/y;

/** What follows `offset`, which must lie between two tokens. */
export function trailingAt(text: string, offset: number): Trailing {
  const found: { comma?: number; end: number; endsLine?: boolean } = { end: offset };
  piece.lastIndex = offset;
  for (let match = piece.exec(text); match !== null; match = piece.exec(text)) {
    const { lineBreak, comment, comma } = match.groups ?? {};
    const onLine = found.endsLine === undefined;
    if (lineBreak !== undefined) found.endsLine ??= true;
    if (onLine && (comment !== undefined || comma !== undefined)) found.end = piece.lastIndex;
    if (comma === undefined) continue;
    found.comma ??= match.index;
  }
  const atEnd = text.slice(found.end).trim() === '';
  return { comma: found.comma, end: found.end, endsLine: found.endsLine ?? atEnd };
}

export function lineStart(text: string, offset: number): number {
  return Math.max(text.lastIndexOf('\n', offset - 1), text.lastIndexOf('\r', offset - 1)) + 1;
}

/** The white space that begins the line of `offset`. */
export function indentAt(text: string, offset: number): string {
  return /^[ \t]*/.exec(text.slice(lineStart(text, offset), offset))?.[0] ?? '';
}

/** The text's own line ending. */
export function lineEnding(text: string): string {
  return /\r\n|\n|\r/.exec(text)?.[0] ?? '\n';
}

export function endOf(node: Node): number {
  return node.offset + node.length;
}

/** Whether an object stands on one line. */
export function isOneLine(text: string, node: Node): boolean {
  return !/[\r\n]/.test(text.slice(node.offset, endOf(node)));
}
