import { findNodeAtLocation, getNodeValue, type Node } from 'jsonc-parser';
import { Check } from 'typebox/value';
import { positionAt } from './position';
import type { Problem, SemanticProblem } from './problem';
import { type Config, resolveConfig } from './resolve';
import { configSchema } from './schema';
import { checkSemantics, knownFacts } from './semantics';
import { checkWritten } from './semantics/written';
import { checkStructure, type PlacedProblem } from './structure';
import { parseSyntax } from './syntax';

/**
 * Reads a config: JSON with comments and trailing commas -> the resolved config, or everything that is wrong with it.
 * `file` is only named in the problems. Problems come in the order of the text; where there are errors, `problems`
 * holds the warnings too. Nothing is thrown for any text.
 */
export function parseConfig(
  text: string,
  file: string,
):
  | { readonly config: Config; readonly warnings: readonly Problem[] }
  | { readonly problems: readonly Problem[] } {
  // A byte-order mark is no JSON; a space in its place keeps all offsets.
  const plain = text.replace(/^\uFEFF/, ' ');
  const report = (found: readonly PlacedProblem[]) =>
    found.toSorted((a, b) => a.offset - b.offset).map(problem => inFile(problem, plain, file));

  const parsed = parseSyntax(plain);
  if ('problem' in parsed) return { problems: report([parsed.problem]) };

  const structural = checkStructure(parsed.root);
  if (structural.length > 0) return { problems: report(structural) };

  const raw: unknown = getNodeValue(parsed.root);
  if (!Check(configSchema, raw)) throw new Error(`${file}: the structure check and the schema disagree.`);
  const config = resolveConfig(raw);
  const facts = knownFacts(config.dataset.name);
  const problems = report(
    [...checkWritten(raw, config), ...checkSemantics(config, facts)].map(problem =>
      place(problem, parsed.root),
    ),
  );
  return problems.some(problem => problem.severity === 'error')
    ? { problems }
    : { config, warnings: problems };
}

/** A setting that is not written is shown at the nearest section around it that is. */
function place(problem: SemanticProblem, root: Node): PlacedProblem {
  const names = problem.path.split('.');
  for (let depth = names.length; depth > 0; depth--) {
    const node = findNodeAtLocation(root, names.slice(0, depth));
    if (node !== undefined) return { ...problem, offset: node.offset, length: shownLength(node) };
  }
  return { ...problem, offset: root.offset, length: 1 };
}

/** A whole section is marked by its opening brace alone. */
function shownLength(node: Node): number {
  return node.type === 'object' ? 1 : node.length;
}

function inFile({ offset, length, ...problem }: PlacedProblem, text: string, file: string): Problem {
  return { ...problem, file, ...positionAt(text, offset), length };
}
