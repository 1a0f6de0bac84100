import type {
  AccuracyFigure,
  AttackFigure,
  RobustnessEvaluation,
} from '../../../../extension/contract/evaluation';

/** An accuracy of some of 100 examples in two classes. */
export function figure(correct: number): AccuracyFigure {
  const accuracy = correct / 100;
  const interval = [Math.max(accuracy - 0.05, 0), Math.min(accuracy + 0.05, 1)] as const;
  const half = { accuracy, correct: correct / 2, examples: 50, interval };
  return {
    accuracy,
    correct,
    examples: 100,
    interval,
    perClass: [
      { class: 0, ...half },
      { class: 1, ...half },
    ],
  };
}

export function attack(name: string, before: number, after: number, entry = name): AttackFigure {
  return {
    ...figure(after),
    name,
    entry,
    attacked: before,
    broken: before - after,
    seconds: 2,
    zeroGradients: 0,
  };
}

/** A finished evaluation of 100 examples with FGSM. */
export function evaluation(changes: Partial<RobustnessEvaluation> = {}): RobustnessEvaluation {
  return {
    kind: 'robustness',
    version: 1,
    status: 'finished',
    name: 'fgsm-linf-0.2-0a1b2c3d',
    engine: 'simd',
    device: '2 threads',
    startedAt: '2026-01-01T00:00:00.000Z',
    updatedAt: '2026-01-01T00:00:09.000Z',
    seconds: 9,
    command: { directory: '/project', arguments: ['evaluate', '/project/.rat/runs/a', '--attack', 'fgsm'] },
    setting: {
      checkpoint: {
        file: '/project/.rat/runs/a/checkpoints/best.safetensors',
        sha256: 'w',
        step: 9,
        epoch: 3,
      },
      model: 'small-cnn',
      dataset: { name: 'mnist', sha256: 'd' },
      examples: { from: 0, to: 100 },
      norm: 'linf',
      epsilon: 0.2,
      attack: 'fgsm',
      each: false,
      seed: 0,
    },
    clean: 0.98,
    attacks: { fgsm: 0.9 },
    worstCase: 0.9,
    robustIndices: Array.from({ length: 90 }, (_, i) => i),
    figures: { clean: figure(98), attacks: [attack('fgsm', 98, 90)], worstCase: figure(90) },
    chains: [
      { attacks: ['fgsm'], fates: Array.from({ length: 100 }, (_, i) => (i < 90 ? 0 : i < 98 ? 1 : -1)) },
    ],
    warnings: [],
    ...changes,
  };
}
