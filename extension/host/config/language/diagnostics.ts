import { type Mend, type Problem, parseConfig } from '../../../contract/config';

/** A problem's place in the text, from line and column to offsets. */
export interface Finding {
  readonly problem: Problem;
  readonly offset: number;
  readonly length: number;
}

/** Everything that is wrong or doubtful in a config's text, in its order. */
export function findingsIn(text: string, file: string): Finding[] {
  const result = parseConfig(text, file);
  const problems = 'problems' in result ? result.problems : result.warnings;
  const starts = lineStarts(text);
  return problems.map(problem => ({
    problem,
    offset: Math.min((starts[problem.line - 1] ?? 0) + problem.column - 1, text.length),
    length: problem.length,
  }));
}

/** A syntax error is the only problem that belongs to no setting and stops all other checks. */
export function isSyntaxError({ path, severity }: Problem): boolean {
  return path === '' && severity === 'error';
}

export function hasErrors(findings: readonly Finding[]): boolean {
  return findings.some(({ problem }) => problem.severity === 'error');
}

export function mendsOf(findings: readonly Finding[]): Mend[] {
  return findings.flatMap(({ problem }) => (problem.mend === undefined ? [] : [problem.mend]));
}

function lineStarts(text: string): number[] {
  return [0, ...Array.from(text.matchAll(/\r\n|\r|\n/g), found => found.index + found[0].length)];
}
