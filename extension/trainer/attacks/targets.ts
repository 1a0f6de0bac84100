import type { AttackBatch } from './attack';

/** Most classes that a targeted attack tries, in the order of their clean logits. */
export const mostTargets = 9;

export function targetCount(classes: number): number {
  return Math.min(mostTargets, classes - 1);
}

/** The target of every example in a pass: the class of rank pass + 2 among the clean logits, the label being first. */
export function targetsOf({ ranking, labels }: AttackBatch, pass: number): Int32Array {
  return Int32Array.from(labels, (label, row) => ranking[row]?.[pass + 1] ?? label);
}

/** What is said where fewer classes can be targeted than usual. */
export function fewTargetsNote(name: string, classes: number): string | undefined {
  const count = targetCount(classes);
  if (count === mostTargets) return undefined;
  return `${name} usually targets ${mostTargets} classes; with ${classes} classes there are ${count} to target.`;
}
