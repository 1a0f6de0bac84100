import { findNodeAtLocation, type Node } from 'jsonc-parser';
import type { Config } from '../../../contract/config';
import { type Estimate, explain, summariseInLine } from '../cost/estimate';
import { parseRoot } from '../edits';
import { endOf } from '../edits/trivia';
import { leavesOf } from '../fields/leaves';
import { resolvedOtherwise, resolveLeniently, showValue } from '../fields/resolved';

/** A remark shown in the line, after the text at `offset`. */
export interface Hint {
  readonly offset: number;
  readonly label: string;
  readonly tooltip: string;
}

/**
 * What written settings come to where that is not what is written (fractions, and null or "auto" with their rules), and
 * beside `epochs` what training costs.
 */
export function hintsIn(text: string, estimateOf: (config: Config) => Estimate): Hint[] {
  const root = parseRoot(text);
  const config = resolveLeniently(text);
  if (root === undefined || config === undefined) return [];
  const resolved = leavesOf().flatMap(({ path, schema }) => {
    const node = findNodeAtLocation(root, [...path]);
    const value = node && resolvedOtherwise(config, path, schema, node.value);
    return node === undefined || value === undefined ? [] : [resolvedHint(node, value)];
  });
  const epochs = findNodeAtLocation(root, ['epochs']);
  return [...resolved, ...(epochs === undefined ? [] : [costHint(epochs, config, estimateOf(config))])];
}

function resolvedHint(node: Node, value: string | number | boolean): Hint {
  return {
    offset: endOf(node),
    label: `= ${showValue(value)}`,
    tooltip: `Training uses ${JSON.stringify(value)}.`,
  };
}

function costHint(epochs: Node, config: Config, estimated: Estimate): Hint {
  return {
    offset: endOf(epochs),
    label: summariseInLine(estimated),
    tooltip: explain(estimated, config.epochs),
  };
}
