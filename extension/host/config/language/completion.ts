import { getLocation, type Location } from 'jsonc-parser';
import { schemaOf } from '../edits';
import { propertyCompletions } from './propertyCompletion';
import { templateCompletions } from './templates';
import { valueCompletions } from './valueCompletion';

/** A proposal at a place in the text, apart from the editor that shows it. */
export interface Completion {
  readonly label: string;
  readonly kind: 'property' | 'section' | 'value' | 'template';
  /** Shown beside the label. */
  readonly detail?: string;
  /** Markdown. */
  readonly documentation?: string;
  /** Snippet text; `$`, `}` and `\` in plain parts are escaped. */
  readonly snippet: string;
  /** What the typed text is compared with. */
  readonly filter: string;
  /** The stretch of text that is replaced. */
  readonly offset: number;
  readonly length: number;
}

/** What can be written at `offset`, best first; the text may be broken. */
export function completionsAt(text: string, offset: number): Completion[] {
  if (isBlank(text)) return templateCompletions(offset);
  const location = getLocation(text, offset);
  if (isInComment(text, offset)) return [];
  const range = replacedRange(text, offset, location);
  const comma = needsComma(text, range.offset + range.length) ? ',' : '';
  if (location.isAtPropertyKey) return propertyCompletions(text, location, range, comma);
  const schema = location.path.length === 0 ? undefined : schemaOf(location.path);
  return schema === undefined ? [] : valueCompletions(schema, range, comma);
}

export interface ReplacedRange {
  readonly offset: number;
  readonly length: number;
}

/** The word or literal at the cursor. An unterminated string ends at the cursor: its rest belongs to what follows. */
function replacedRange(text: string, offset: number, { previousNode }: Location): ReplacedRange {
  if (previousNode !== undefined && previousNode.offset <= offset) {
    const end = previousNode.offset + previousNode.length;
    const written = text.slice(previousNode.offset, end);
    const isLiteral = !['object', 'array'].includes(previousNode.type);
    const isOpen = written.startsWith('"') && (written.length === 1 || !written.endsWith('"'));
    if (isLiteral && offset <= end) {
      return { offset: previousNode.offset, length: (isOpen ? offset : end) - previousNode.offset };
    }
  }
  const word = /[\w."/-]*$/.exec(text.slice(0, offset))?.[0] ?? '';
  return { offset: offset - word.length, length: word.length };
}

/** Whether another property or item follows without a comma. */
function needsComma(text: string, offset: number): boolean {
  const rest = text.slice(offset).replace(/^(\s|\/\/.*|\/\*[\s\S]*?\*\/)*/, '');
  return /^["[{\w-]/.test(rest);
}

function isBlank(text: string): boolean {
  return (
    text
      .replace(/^\uFEFF/, '')
      .replace(/\/\/.*|\/\*[\s\S]*?\*\//g, '')
      .trim() === ''
  );
}

function isInComment(text: string, offset: number): boolean {
  const line = text.slice(text.lastIndexOf('\n', offset - 1) + 1, offset);
  return /\/\//.test(line.replace(/"(?:[^"\\]|\\.)*"?/g, ''));
}
