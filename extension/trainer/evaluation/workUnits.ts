import type { Stage } from './plan';
import { type EvaluationState, robustPositions } from './state';

/** Most units that an evaluation can still need from where it stands: fewer where attacks succeed early. */
export function remainingUnits(stages: readonly Stage[], state: EvaluationState): number {
  if (state.phase !== 'attacks') return plannedUnits(stages, state);
  return stages.slice(state.stage).reduce((total, { attack, chain }, offset) => {
    const fates = state.fates[chain] ?? [];
    const robust = robustPositions(fates).length;
    if (offset > 0) return total + attack.passes * attack.unitsPerPass * robust;
    const inThisPass = robustPositions(fates, state.next).length;
    const later = Math.max(attack.passes - state.pass - 1, 0) * robust;
    return total + attack.unitsPerPass * (inThisPass + later);
  }, 0);
}

/** Most units of all attacks, for the examples that are robust so far. */
export function plannedUnits(stages: readonly Stage[], state: EvaluationState): number {
  return stages.reduce((total, { attack, chain }) => {
    const robust = robustPositions(state.fates[chain] ?? []).length;
    return total + attack.passes * attack.unitsPerPass * robust;
  }, 0);
}
