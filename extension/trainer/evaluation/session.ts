import { sum, type Tensor4D, tidy, zeros } from '@tensorflow/tfjs-core';
import type {
  EvaluationEvent,
  EvaluationSetting,
  EvaluationWarning,
  RobustnessEvaluation,
} from '../../contract/evaluation';
import type { MeasurementCommand } from '../../contract/measurement';
import { logitsAndGradient, type Victim } from '../attacks/victim';
import type { ImageSet } from '../data/dataset';
import { explainExhaustion } from '../engine/batchTooLarge';
import type { Engine } from '../engine/engine';
import type { EvaluationJob } from './job';
import { KeptResult } from './keptResult';
import type { Plan } from './plan';
import { figuresOf } from './results';
import { runEvaluation } from './robustness';
import { type EvaluationState, freshState, isState } from './state';
import { StoredEvaluationError } from './store';

export interface Session {
  /** The file that is kept up to date: see `store.ts`. */
  readonly file: string;
  readonly name: string;
  readonly setting: EvaluationSetting;
  readonly engine: Pick<Engine, 'name' | 'device' | 'memory'>;
  readonly victim: Victim;
  readonly set: ImageSet;
  readonly plan: Plan;
  readonly batchSize: number;
  /** What the weights gave reason to doubt. */
  readonly doubts: readonly EvaluationWarning[];
  /** An earlier session's file, where this one goes on from it. */
  readonly earlier?: RobustnessEvaluation;
  /** What goes on with it, for readers of the file. */
  readonly command: MeasurementCommand;
  readonly signal: AbortSignal;
  tell(event: EvaluationEvent): void;
}

/**
 * Evaluates, or goes on with an evaluation, and keeps its file up to date after every batch.
 * @returns what the file holds in the end
 * @throws StopRequested, StoredEvaluationError, UnusableModelError, FileWriteError, BatchTooLarge
 */
export async function evaluateSession(session: Session): Promise<RobustnessEvaluation> {
  const { setting, set, plan, file, earlier, engine, victim } = session;
  const { from, to } = setting.examples;
  const indices = Uint32Array.from({ length: to - from }, (_, i) => from + i);
  const labels = Int32Array.from(indices, index => set.labels[index] ?? 0);
  const state = stateOf(session, indices.length);
  const startedAt = earlier?.startedAt ?? new Date().toISOString();
  const facts = { plan, state, labels, indices, victim };
  const kept = new KeptResult(file);
  const describe = (status: RobustnessEvaluation['status'], findings: readonly EvaluationWarning[]) => ({
    kind: 'robustness' as const,
    version: 1 as const,
    status,
    name: session.name,
    setting,
    engine: engine.name,
    device: engine.device,
    startedAt,
    updatedAt: new Date().toISOString(),
    seconds: state.seconds,
    command: session.command,
    ...figuresOf(facts),
    warnings: [...session.doubts, ...state.warnings, ...findings],
  });
  const job: EvaluationJob = {
    ...facts,
    threat: { norm: setting.norm, epsilon: setting.epsilon },
    seed: setting.seed,
    set,
    save: () => {
      const { fates: _inChains, ...rest } = state;
      return kept.save({ ...describe('running', []), progress: rest });
    },
    tell: event => {
      if (event.type === 'evaluation-progress') {
        const { stage, fraction, seconds, secondsLeft } = event;
        kept.stand({ stage, fraction, seconds, ...(secondsLeft === undefined ? {} : { secondsLeft }) });
      }
      session.tell(event);
    },
    signal: session.signal,
  };
  session.tell({
    type: 'evaluation-started',
    file,
    engine: engine.name,
    device: engine.device,
    examples: labels.length,
    attacks: plan.stages.map(stage => stage.name),
    resumed: earlier !== undefined,
  });
  for (const warning of session.doubts) session.tell({ type: 'evaluation-warning', warning });
  const work = {
    batchSize: state.batchSize,
    remedy: 'Start over with --again, and give it with --batch.',
    attempt: (batchSize: number) => tryAttack(victim, set, batchSize),
  };
  return kept.during(async () => {
    kept.stand({ stage: state.phase, fraction: 0, seconds: state.seconds });
    await job.save();
    const findings = await explainExhaustion(engine, work, () => runEvaluation(job));
    const evaluation = describe('finished', findings);
    await kept.save(evaluation);
    const { clean, worstCase, seconds } = evaluation;
    session.tell({ type: 'evaluation-finished', file, clean, worstCase, seconds });
    return evaluation;
  });
}

/** What all attacks need most memory for: the gradient of the images. */
function tryAttack(victim: Victim, { height, width, channels }: ImageSet, batchSize: number): void {
  tidy(() => {
    const images: Tensor4D = zeros([batchSize, height, width, channels]);
    const { logits } = logitsAndGradient(victim, images, 'sum', {}, outputs => sum(outputs));
    logits.dispose();
  });
}

function stateOf({ earlier, plan, batchSize, file }: Session, examples: number): EvaluationState {
  if (!earlier) return freshState(examples, plan.chains, batchSize);
  const state = {
    ...(earlier.progress as object | undefined),
    fates: earlier.chains.map(chain => [...chain.fates]),
  };
  if (isState(state, examples, plan.chains, plan.stages.length)) return state;
  throw new StoredEvaluationError(
    `${file} is damaged: its "progress" does not fit its setting. Start over with --again.`,
  );
}
