/** A text with "|" where the cursor is. */
export function atCursor(marked: string): readonly [text: string, offset: number] {
  const offset = marked.indexOf('|');
  return [marked.slice(0, offset) + marked.slice(offset + 1), offset];
}

/** The shortest valid config with sections added, as lines of text. */
export function configWith(...lines: readonly string[]): string {
  return [
    '{',
    '  "dataset": { "name": "mnist" },',
    '  "model": { "name": "small-cnn" },',
    '  "threat": { "norm": "linf", "epsilon": "8/255" },',
    ...lines.map(line => `  ${line}`),
    '}',
    '',
  ].join('\n');
}
