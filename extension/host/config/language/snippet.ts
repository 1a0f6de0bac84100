/** Plain text inside a snippet or one of its placeholders. */
export function escapeSnippet(text: string): string {
  return text.replace(/[\\$}]/g, '\\$&');
}

/** Plain text as one option of a snippet's choice. */
export function escapeChoice(text: string): string {
  return text.replace(/[\\,|]/g, '\\$&');
}
