import type { EvaluationWarning } from '../../contract/evaluation';
import type { Attack, AttackBatch, AttackSetting } from '../attacks/attack';
import type { Threat } from '../attacks/ball';
import { CleanGradients } from '../attacks/cleanGradients';
import { fgsm } from '../attacks/fgsm';
import { pgdAttack } from '../attacks/pgdAttack';
import { derive, rootKey } from '../random/key';
import { batchAt, type EvaluationJob } from './job';
import { brokenRows } from './judgeCandidates';
import { robustPositions } from './state';
import { warningOf } from './warnings';

const fewSteps = 10;
const manySteps = 40;
/** Units of the four attacks below, an example. */
const unitsPerExample = 2 + 2 * fewSteps + 2 * manySteps + 2 * fewSteps;
const mostExamples = 64;
const leastExamples = 16;
/** Of the planned work. */
const greatestShare = 0.05;

/** How many examples the probe may look at, so that it costs little beside the attacks; 0 where that is too few. */
export function probeSize(plannedUnits: number, correct: number): number {
  const affordable = Math.floor((greatestShare * plannedUnits) / unitsPerExample);
  const size = Math.min(mostExamples, affordable, correct);
  return size < leastExamples ? 0 : size;
}

/**
 * Sanity of the gradients, before hours are spent on attacks that follow them: on a few examples a single step should not
 * beat many steps, many should not be weaker than few, and an adversary who may change everything should win.
 */
export async function probe(
  job: EvaluationJob,
  size: number,
  heed: () => Promise<void>,
): Promise<EvaluationWarning[]> {
  const { victim, threat, seed, state } = job;
  const correct = robustPositions(state.fates[0] ?? []);
  // Spread over the set: datasets are often sorted by class.
  const positions = Array.from(
    { length: size },
    (_, i) => correct[Math.floor((i * correct.length) / size)] ?? 0,
  );
  const batch = batchAt(job, positions);
  const cleanGradients = new CleanGradients(victim, false);
  const robustUnder = async (name: string, attack: Attack, within: Threat) => {
    const setting: AttackSetting = {
      victim,
      threat: within,
      key: derive(rootKey(seed), 'probe', name),
      cleanGradient: wanted => cleanGradients.of(wanted),
      spend: heed,
    };
    return size - (await brokenOf(setting, attack, batch)).length;
  };
  try {
    const single = await robustUnder('fgsm', fgsm(), threat);
    const few = await robustUnder('pgd', pgdAttack(madry(fewSteps, threat)), threat);
    const many = await robustUnder('pgd', pgdAttack(madry(manySteps, threat)), threat);
    const everything = anything(threat, batch.images.size / size);
    const unbounded = await robustUnder('pgd', pgdAttack(madry(fewSteps, everything)), everything);
    return judgeProbe({ size, single, few, many, unbounded });
  } finally {
    batch.images.dispose();
  }
}

export interface ProbeCounts {
  readonly size: number;
  /** Examples that stay robust under FGSM, PGD with few and with many steps, and PGD with a very large epsilon. */
  readonly single: number;
  readonly few: number;
  readonly many: number;
  readonly unbounded: number;
}

/** One example more or less is chance; 3 % of them are not. */
export function judgeProbe({ size, single, few, many, unbounded }: ProbeCounts): EvaluationWarning[] {
  const chance = Math.max(1, 0.03 * size);
  const warnings: EvaluationWarning[] = [];
  if (many > single + chance) {
    const found = `On ${size} examples ${single} withstand FGSM, but ${many} withstand ${manySteps} steps of PGD.`;
    warnings.push(warningOf('single-step-beats-iterated', found));
  }
  if (many > few + chance) {
    const found = `On ${size} examples ${few} withstand ${fewSteps} steps of PGD, but ${many} withstand ${manySteps}.`;
    warnings.push(warningOf('more-steps-hurt', found));
  }
  if (unbounded > Math.max(1, 0.1 * size)) {
    const found = `${unbounded} of ${size} examples withstand PGD that may change every pixel by half of its range.`;
    warnings.push(warningOf('large-epsilon-survivors', found));
  }
  return warnings;
}

async function brokenOf(setting: AttackSetting, attack: Attack, batch: AttackBatch): Promise<number[]> {
  const candidates = await attack.run(setting, batch, 0);
  return brokenRows(setting.victim, setting.threat, batch, candidates);
}

/** Steps of 2.5 epsilon / steps: Madry et al. 2018. */
function madry(steps: number, { epsilon }: Threat) {
  return { steps, stepSize: (2.5 * epsilon) / steps };
}

/** Enough to turn any image into plain grey. */
function anything({ norm }: Threat, pixels: number): Threat {
  return { norm, epsilon: norm === 'linf' ? 0.5 : 0.5 * Math.sqrt(pixels) };
}
