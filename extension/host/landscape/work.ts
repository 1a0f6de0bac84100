import type { LandscapeLoss, LandscapeResult, LandscapeSetting } from '../../contract/landscape';

/** What the work of a landscape depends on. */
export type Workload = Pick<LandscapeSetting, 'measures' | 'losses' | 'sharpness' | 'probes' | 'grid'> & {
  readonly images: number;
  readonly attackSteps: number;
};

/** Most Hessian products that the top eigenvalue takes. */
const eigenvalueIterations = 100;

/**
 * The most a landscape costs, in forward passes of one image: a backward pass to the image counts 1, one to the weights 2. The
 * same count by which the trainer tells how far it is.
 */
export function workOf({
  measures,
  losses,
  sharpness,
  probes = 0,
  grid,
  images,
  attackSteps,
}: Workload): number {
  const attack = 2 * attackSteps;
  const value = (loss: LandscapeLoss) => (loss === 'regenerated' ? 1 + attack : 1);
  const gradient = (loss: LandscapeLoss) => (loss === 'regenerated' ? 3 + attack : 3);
  const sum = (cost: (loss: LandscapeLoss) => number) =>
    losses.reduce((total, loss) => total + cost(loss), 0);
  const points = grid?.points ?? 0;
  const looks = 2 * (sharpness?.directions ?? 0) + 3;
  const costs = {
    sharpness: (sharpness?.scales.length ?? 0) * looks * sum(value),
    'worst-case': sum(loss => gradient(loss) + 2 * value(loss)),
    eigenvalue: eigenvalueIterations * 2 * sum(gradient),
    trace: probes * 2 * sum(gradient),
    curve: points * sum(value),
    surface: points * points * sum(value),
  };
  return images * measures.reduce((total, measure) => total + costs[measure], 0);
}

/** The most that a landscape of a setting costs. */
export function workOfSetting({ indices, attack, ...rest }: LandscapeSetting): number {
  return workOf({ ...rest, images: indices.length, attackSteps: attack?.steps ?? 0 });
}

/** What a finished landscape has cost: the iterations of the eigenvalue usually end before their limit. */
export function workDone({ setting, eigenvalue }: Pick<LandscapeResult, 'setting' | 'eigenvalue'>): number {
  const most = workOfSetting(setting);
  const attack = 2 * (setting.attack?.steps ?? 0);
  const spared = eigenvalue.map(({ loss, iterations }) => {
    const gradient = loss === 'regenerated' ? 3 + attack : 3;
    return Math.max(0, eigenvalueIterations - iterations) * 2 * gradient;
  });
  return most - setting.indices.length * spared.reduce((sum, units) => sum + units, 0);
}
