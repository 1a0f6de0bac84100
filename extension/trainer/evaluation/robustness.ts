import type { EvaluationWarning } from '../../contract/evaluation';
import { attackPhase } from './attackPhase';
import { cleanPhase } from './cleanPhase';
import { findingsOf } from './findings';
import { type EvaluationJob, makeHeed } from './job';
import { Meter } from './meter';
import { probe, probeSize } from './probe';
import { cleanFigure, figuresOf, stageFigure } from './results';
import { robustPositions } from './state';
import { plannedUnits } from './workUnits';

/**
 * Runs an evaluation from where its state stands to its end: the clean logits, checks of the network, then every attack.
 * @returns what the figures say about the evaluation itself; warnings found on the way are in the state
 * @throws StopRequested when the signal was aborted, UnusableModelError, and whatever `save` throws
 */
export async function runEvaluation(job: EvaluationJob): Promise<EvaluationWarning[]> {
  const { state, plan } = job;
  const heed = makeHeed(job.signal);
  const meter = new Meter(job);
  const tellWarnings = (warnings: readonly EvaluationWarning[]) => {
    for (const warning of warnings) job.tell({ type: 'evaluation-warning', warning });
  };
  if (state.phase === 'clean') {
    await cleanPhase(job, async () => {
      await heed();
      meter.tell();
    });
    state.phase = 'checks';
    state.next = 0;
    state.plannedUnits = plannedUnits(plan.stages, state);
    await job.save();
    tellWarnings(state.warnings);
    job.tell({ type: 'evaluation-stage', stage: 'clean', figure: cleanFigure(job) });
  }
  if (state.phase === 'checks') {
    const start = performance.now();
    const size = probeSize(state.plannedUnits, robustPositions(state.fates[0] ?? []).length);
    const warnings = size === 0 ? [] : await probe(job, size, heed);
    state.warnings.push(...warnings);
    state.seconds += (performance.now() - start) / 1000;
    state.phase = 'attacks';
    await job.save();
    tellWarnings(warnings);
  }
  await attackPhase(job, meter, heed);
  const findings = findingsOf(
    plan.stages.map(stage => ({
      figure: stageFigure(job, stage),
      kind: stage.attack.kind,
      chain: stage.chain,
      ...(stage.attack.note === undefined ? {} : { note: stage.attack.note }),
    })),
  );
  tellWarnings(findings);
  return findings;
}

export { figuresOf };
