import type { Edit } from 'jsonc-parser';
import { schemaAt } from '../../../contract/config';
import type { FormSection } from '../../../contract/configForm';
import { editsOfMend, removeValue, setValue } from '../edits';
import { findingsIn } from '../language/diagnostics';
import { templateText } from '../language/templates';
import type { FormCall } from './calls';
import { placeOf } from './state';
import { parseInput } from './values';

type EditCall = Extract<FormCall, { method: 'set' | 'setNull' | 'reset' | 'mend' }>;

/**
 * The changes of the document's text that a call of the form asks for; none where it names no setting. Text that is no
 * value of its field is written as text: the check of the document then refuses it where everyone sees it.
 */
export function editsOfCall(
  text: string,
  file: string,
  sections: readonly FormSection[],
  call: EditCall,
): Edit[] {
  const { path } = call.argument;
  if (call.method === 'mend') return editsOfNamedMend(text, file, sections, path, call.argument.mend);
  const field = sections.flatMap(section => section.fields).find(candidate => candidate.path === path);
  const schema = schemaAt(path);
  if (field === undefined || schema === undefined) return [];
  const names = path.split('.');
  if (call.method === 'setNull' && schema.default !== null) return setValue(text, names, null);
  const value = call.method === 'set' ? parseInput(call.argument.text, schema) : undefined;
  if (value !== undefined) return setValue(text, names, value);
  // A required setting has no default to return to: empty text stands in the document, as an error.
  return field.required ? setValue(text, names, '') : removeValue(text, names);
}

function editsOfNamedMend(
  text: string,
  file: string,
  sections: readonly FormSection[],
  path: string,
  mend: string,
): Edit[] {
  const found = findingsIn(text, file).find(
    ({ problem }) => placeOf(problem, sections) === path && problem.mend?.title === mend,
  );
  return found?.problem.mend === undefined ? [] : editsOfMend(text, found.problem.mend);
}

/** Fills an empty document with the template. */
export function templateEdits(text: string): Edit[] {
  return text.trim() === '' ? [{ offset: 0, length: text.length, content: templateText('experiment') }] : [];
}
