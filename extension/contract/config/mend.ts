import { type Edit, findNodeAtLocation, modify, parseTree } from 'jsonc-parser';
import type { Mend } from './problem';

/** The changes of a config's text that carry out a mend; comments and layout stay. None where its place is gone. */
export function mendEdits(text: string, mend: Mend): Edit[] {
  const path = [...mend.path];
  if (mend.action === 'rename') {
    const root = parseTree(text, [], { allowTrailingComma: true });
    const key = root && findNodeAtLocation(root, path)?.parent?.children?.[0];
    return key === undefined
      ? []
      : [{ offset: key.offset, length: key.length, content: JSON.stringify(mend.name) }];
  }
  const value = mend.action === 'set' ? mend.replacement : undefined;
  const formattingOptions = { insertSpaces: true, tabSize: 2, keepLines: true };
  return modify(text, path, value, { formattingOptions });
}
