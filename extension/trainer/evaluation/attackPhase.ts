import type { AttackSetting } from '../attacks/attack';
import { CleanGradients } from '../attacks/cleanGradients';
import { derive, rootKey } from '../random/key';
import { batchAt, type EvaluationJob } from './job';
import { brokenRows } from './judgeCandidates';
import type { Meter } from './meter';
import type { Stage } from './plan';
import { stageFigure } from './results';
import { type EvaluationState, robustPositions, type StageRecord } from './state';

/**
 * Every attack in its order, on what its chain has left: pass by pass, each pass in full batches of the examples that are
 * robust when it begins. Saves after every batch.
 */
export async function attackPhase(
  job: EvaluationJob,
  meter: Meter,
  heed: () => Promise<void>,
): Promise<void> {
  const { plan, state } = job;
  const cleanGradients = new CleanGradients(job.victim, sharesCleanGradients(plan.stages));
  for (; state.stage < plan.stages.length; state.stage++, state.pass = 0, state.next = 0) {
    const stage = plan.stages[state.stage];
    if (!stage) break;
    const record = recordOf(state, stage);
    for (; state.pass < stage.attack.passes; state.pass++, state.next = 0) {
      const setting: AttackSetting = {
        victim: job.victim,
        threat: job.threat,
        key: derive(rootKey(job.seed), 'attack', stage.attack.name, state.pass),
        cleanGradient: batch => cleanGradients.of(batch),
        spend: async units => {
          await heed();
          meter.spend(units);
        },
      };
      await runPass(job, meter, stage, record, setting);
    }
    job.tell({ type: 'evaluation-stage', stage: stage.name, figure: stageFigure(job, stage) });
  }
}

async function runPass(
  job: EvaluationJob,
  meter: Meter,
  stage: Stage,
  record: StageRecord,
  setting: AttackSetting,
): Promise<void> {
  const { state, victim, threat } = job;
  const fates = state.fates[stage.chain] ?? [];
  for (;;) {
    const positions = robustPositions(fates, state.next).slice(0, state.batchSize);
    const last = positions.at(-1);
    if (last === undefined) return;
    const start = performance.now();
    meter.beginBatch(positions.length * stage.attack.unitsPerPass);
    const batch = batchAt(job, positions);
    const attacked = await stage.attack.run(setting, batch, state.pass).finally(() => meter.endBatch());
    const broken = await brokenRows(victim, threat, batch, attacked);
    batch.images.dispose();
    for (const row of broken) fates[positions[row] ?? -1] = stage.place;
    const seconds = (performance.now() - start) / 1000;
    record.broken += broken.length;
    record.seconds += seconds;
    record.zeroGradients = Math.max(record.zeroGradients, attacked.zeroGradients);
    state.seconds += seconds;
    state.next = last + 1;
    await job.save();
    meter.tell();
  }
}

/** The record of the stage at work; a new one counts what it will attack. */
function recordOf(state: EvaluationState, { chain }: Stage): StageRecord {
  const before = state.stages[state.stage];
  if (before) return before;
  const attacked = robustPositions(state.fates[chain] ?? []).length;
  const record = { attacked, broken: 0, seconds: 0, zeroGradients: 0 };
  state.stages.push(record);
  return record;
}

/** FGSM's gradient is also the first one of MIM. */
function sharesCleanGradients(stages: readonly Stage[]): boolean {
  return stages.filter(({ attack }) => attack.name === 'fgsm' || attack.name.startsWith('mim-')).length > 1;
}
