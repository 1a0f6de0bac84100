import type { Attack } from '../attacks/attack';
import type { NamedAttacks } from '../attacks/catalogue';

/** One attack of an evaluation. */
export interface Stage {
  /** What its figure is called; unique in the evaluation. */
  readonly name: string;
  readonly entry: string;
  readonly attack: Attack;
  /** Which chain it belongs to, and its place in that chain from 1. */
  readonly chain: number;
  readonly place: number;
}

export interface Plan {
  readonly stages: readonly Stage[];
  /** How many chains: one, or one for every entry of the list. */
  readonly chains: number;
}

/**
 * The order of attacks. An attack that a chain has had is not repeated in it: its random draws are keyed, so that it would
 * find the same again.
 * @param each whether every entry is a chain of its own, from all correctly classified examples
 */
export function planStages(entries: readonly NamedAttacks[], each: boolean): Plan {
  const stages: Stage[] = [];
  for (const [number, { name: entry, attacks }] of entries.entries()) {
    const chain = each ? number : 0;
    for (const attack of attacks) {
      const before = stages.filter(stage => stage.chain === chain);
      if (before.some(stage => sameAttack(stage.attack, attack))) continue;
      const isTaken = stages.some(stage => stage.name === attack.name);
      const name = isTaken ? `${entry}/${attack.name}` : attack.name;
      stages.push({ name, entry, attack, chain, place: before.length + 1 });
    }
  }
  return { stages, chains: each ? entries.length : 1 };
}

/** A suite's version may have more restarts than the attack alone. */
function sameAttack(a: Attack, b: Attack): boolean {
  return a.name === b.name && a.passes >= b.passes;
}
