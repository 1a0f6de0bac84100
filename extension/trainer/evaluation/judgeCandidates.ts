import { max, min, tidy } from '@tensorflow/tfjs-core';
import type { AttackBatch, Candidates } from '../attacks/attack';
import { distances, type Threat } from '../attacks/ball';
import { predictionOf } from '../attacks/logitRows';
import { takeRows } from '../attacks/rows';
import { logitsOf, type Victim } from '../attacks/victim';

/** What rounding may add to a perturbation's size. */
const rounding = 1e-5;

/**
 * The rows of the batch whose candidate images are truly misclassified and within the threat; the candidates' images are
 * disposed of.
 * @throws Error when an attack has left the ball or the box: a fault of this program
 */
export async function brokenRows(
  victim: Victim,
  threat: Threat,
  batch: AttackBatch,
  { rows, images }: Candidates,
): Promise<number[]> {
  if (!images) return [];
  const centre = takeRows(batch.images, rows);
  const logits = logitsOf(victim, images);
  const sizes = tidy(() => distances(images, centre, threat.norm));
  const extremes = tidy(() => [min(images), max(images)]);
  try {
    const judged = { values: await logits.data<'float32'>(), classes: victim.classes };
    const lengths = await sizes.data<'float32'>();
    const [[least = 0] = [], [most = 0] = []] = await Promise.all(
      extremes.map(async extreme => [...(await extreme.data<'float32'>())]),
    );
    const longest = lengths.reduce((long, length) => Math.max(long, length), 0);
    if (longest > threat.epsilon * (1 + rounding) + rounding || least < 0 || most > 1) {
      throw new Error(
        `an attack left the threat: ${threat.norm} distance ${longest} (epsilon ${threat.epsilon}), pixels in [${least}, ${most}]`,
      );
    }
    return rows.filter((row, i) => predictionOf(judged, i) !== batch.labels[row]);
  } finally {
    for (const tensor of [centre, logits, sizes, images, ...extremes]) tensor.dispose();
  }
}
