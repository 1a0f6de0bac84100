import { findNodeAtLocation, getNodeValue, type Node } from 'jsonc-parser';
import type { Config, Problem, SchemaNode } from '../../../contract/config';
import { schemaAt } from '../../../contract/config';
import type {
  FieldState,
  FormField,
  FormProblem,
  FormSection,
  FormState,
} from '../../../contract/configForm';
import { type Estimate, summarise } from '../cost/estimate';
import { parseRoot } from '../edits';
import { resolvedOtherwise, resolveLeniently, showValue } from '../fields/resolved';
import { findingsIn, hasErrors, isSyntaxError } from '../language/diagnostics';
import { inactiveSettings } from './inactive';
import { textOf } from './values';

/** What the form shows of a document. `edit` is the page's latest edit in it. */
export function formState(
  text: string,
  file: string,
  sections: readonly FormSection[],
  edit: number,
  estimateOf: (config: Config) => Estimate,
): FormState {
  const root = parseRoot(text);
  const config = resolveLeniently(text);
  const inactive = config === undefined ? new Map<string, string>() : inactiveSettings(config);
  const fields = sections.flatMap(section => section.fields);
  const findings = findingsIn(text, file);
  const problems = findings.map(({ problem }) => problem);
  return {
    edit,
    readable: !problems.some(isSyntaxError),
    isEmpty: root === undefined,
    fields: Object.fromEntries(
      fields.map(field => [field.path, fieldState(field, root, config, inactive.get(field.path))]),
    ),
    problems: problems.map(problem => formProblem(problem, sections)),
    summary: config === undefined || hasErrors(findings) ? '' : summarise(estimateOf(config)),
  };
}

function fieldState(
  { path }: FormField,
  root: Node | undefined,
  config: Config | undefined,
  inactive: string | undefined,
): FieldState {
  const names = path.split('.');
  const schema: SchemaNode = schemaAt(path) ?? {};
  const node = root && findNodeAtLocation(root, names);
  const value: unknown = node === undefined ? schema.default : getNodeValue(node);
  const resolved = resolvedOtherwise(config, names, schema, value);
  return {
    text: node === undefined || value === null ? '' : textOf(value),
    isNull: value === null,
    modified:
      node !== undefined && 'default' in schema && JSON.stringify(value) !== JSON.stringify(schema.default),
    ...(resolved === undefined
      ? {}
      : { resolved: typeof resolved === 'string' ? resolved : showValue(resolved) }),
    ...(inactive === undefined ? {} : { inactive }),
  };
}

/** A problem at its field, else at the section around it, else above the form. */
function formProblem(problem: Problem, sections: readonly FormSection[]): FormProblem {
  const { path, severity, message, line, mend } = problem;
  const at = placeOf(problem, sections);
  const isAtItsField = at !== '' && withoutItem(path) === at;
  const place = isAtItsField ? '' : path === '' ? `Line ${line}: ` : `Line ${line}, ${path}: `;
  return { at, severity, message: place + message, ...(mend === undefined ? {} : { mend: mend.title }) };
}

/** The path of the field or section that shows a problem; "" is the whole form. */
export function placeOf({ path }: Problem, sections: readonly FormSection[]): string {
  const shown = new Set(
    sections.flatMap(section => [section.path, ...section.fields.map(field => field.path)]),
  );
  const names = withoutItem(path).split('.');
  const depths = names.map((_, index) => names.length - index);
  return depths.map(depth => names.slice(0, depth).join('.')).find(place => shown.has(place)) ?? '';
}

/** An item of a list belongs to the list's field. */
function withoutItem(path: string): string {
  return path.replace(/\[\d+\]/g, '');
}
