/** The line comment that begins a config: what its author says it is for. */
export function firstComment(text: string): string | undefined {
  return /^\uFEFF?\s*\/\/[ \t]*(?<words>[^\r\n]*\S)/.exec(text)?.groups?.['words'];
}
