import type { EvaluationEvent } from '../../../extension/contract/evaluation';
import type { Threat } from '../../../extension/trainer/attacks/ball';
import { attacksOf } from '../../../extension/trainer/attacks/catalogue';
import type { Victim } from '../../../extension/trainer/attacks/victim';
import type { ImageSet } from '../../../extension/trainer/data/dataset';
import type { EvaluationJob } from '../../../extension/trainer/evaluation/job';
import { planStages } from '../../../extension/trainer/evaluation/plan';
import { type EvaluationState, freshState } from '../../../extension/trainer/evaluation/state';

export interface JobOptions {
  readonly attack: string;
  readonly threat: Threat;
  readonly indices: readonly number[];
  readonly each?: boolean;
  readonly batchSize?: number;
  readonly seed?: number;
  readonly state?: EvaluationState;
  readonly save?: (state: EvaluationState) => Promise<void> | void;
  readonly signal?: AbortSignal;
}

/** An evaluation of some examples, in memory. */
export function jobOn(
  victim: Victim,
  set: ImageSet,
  { attack, threat, indices, each = false, batchSize = 32, seed = 0, ...options }: JobOptions,
): EvaluationJob & { readonly events: EvaluationEvent[] } {
  const plan = planStages(attacksOf(attack, victim.classes), each);
  const state = options.state ?? freshState(indices.length, plan.chains, batchSize);
  const events: EvaluationEvent[] = [];
  return {
    victim,
    threat,
    seed,
    set,
    indices: Uint32Array.from(indices),
    labels: Int32Array.from(indices, index => set.labels[index] ?? 0),
    plan,
    state,
    save: async () => options.save?.(state),
    tell: event => events.push(event),
    signal: options.signal ?? new AbortController().signal,
    events,
  };
}
