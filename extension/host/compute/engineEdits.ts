import { type Edit, modify } from 'jsonc-parser';

/** The changes of a config's text that set `compute.engine`; comments and layout stay. */
export function engineEdits(text: string, engine: string): Edit[] {
  const formattingOptions = { insertSpaces: true, tabSize: 2, keepLines: true };
  return modify(text, ['compute', 'engine'], engine, { formattingOptions });
}
