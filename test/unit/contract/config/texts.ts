import assert from 'node:assert/strict';
import { type Config, type Problem, parseConfig } from '../../../../extension/contract/config';

/** The shortest config there is. */
export const shortest = {
  dataset: { name: 'mnist' },
  model: { name: 'small-cnn' },
  threat: { norm: 'linf', epsilon: 0.3 },
} as const;

/** A config's text: the shortest one with sections added or replaced, laid out over lines. */
export function textOf(sections: object): string {
  return JSON.stringify({ ...shortest, ...sections }, null, 2);
}

/** Errors and warnings of a text, in its order. */
export function problemsIn(text: string): readonly Problem[] {
  const result = parseConfig(text, 'x.rat.json');
  return 'problems' in result ? result.problems : result.warnings;
}

/** The one problem of a text. */
export function onlyProblem(text: string): Problem {
  const problems = problemsIn(text);
  const [problem] = problems;
  assert.ok(problem !== undefined && problems.length === 1, `${text}\n${JSON.stringify(problems, null, 2)}`);
  return problem;
}

/** The config of a text that has no errors. */
export function configOf(text: string): Config {
  const result = parseConfig(text, 'x.rat.json');
  assert.ok('config' in result, JSON.stringify(result));
  return result.config;
}
