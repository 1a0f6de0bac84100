import type { RunEvent } from '../../../extension/contract/events';

/** Events of a run with many steps, as a trainer would tell them. */
export function longRun(steps: number): RunEvent[] {
  const stepsPerEpoch = steps / 100;
  const begin = Date.UTC(2026, 0, 1);
  const at = (step: number) => ({
    step,
    epoch: step / stepsPerEpoch,
    time: new Date(begin + step * 50).toISOString(),
  });
  const started: RunEvent = {
    type: 'started',
    engine: 'webgpu',
    device: 'benchmark',
    parameters: 11_173_962,
    stepsPerEpoch,
    totalSteps: steps,
    ...at(0),
  };
  const trained = Array.from({ length: steps }, (_, i): RunEvent => {
    const noise = 0.1 * Math.sin(i * 12.9898);
    const loss = 0.5 + Math.exp((-3 * i) / steps) + noise;
    return {
      type: 'step',
      loss: {
        total: loss,
        zeroth: loss * 0.9,
        natural: loss * 0.6,
        robust: loss * 0.05,
        first: 0.3,
        second: 0.2,
      },
      learningRate: 0.1 * (1 - i / steps),
      cleanAccuracy: 0.8 + noise,
      robustAccuracy: 0.5 + noise,
      imagesPerSecond: 900 + 100 * noise,
      ...at(i + 1),
    };
  });
  return [started, ...trained];
}
