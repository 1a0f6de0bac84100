import assert from 'node:assert/strict';
import type { LandscapeResult } from '../../../../extension/contract/landscape';
import {
  createPlainLandscape,
  createTerminalLandscape,
  landscapeLines,
} from '../../../../extension/trainer/cli/display/landscapeDisplay';
import { fakeClock, fakeOutput, screenOf } from './fakes';

const started = {
  type: 'landscape-started',
  file: '/runs/a/evaluations/landscape-surface-1.json',
  engine: 'simd',
  device: 'CPU',
  examples: 512,
  measures: ['eigenvalue', 'surface'],
  resumed: true,
} as const;
const progress = (row: number) =>
  ({
    type: 'landscape-progress',
    task: `surface, row ${row} of 15`,
    fraction: row / 20,
    seconds: 62,
    secondsLeft: 245,
  }) as const;

const result: LandscapeResult = {
  kind: 'landscape',
  version: 1,
  status: 'finished',
  name: 'landscape-sharpness-1',
  setting: {
    checkpoint: { file: 'best.safetensors', sha256: 'a' },
    model: 'small-cnn',
    dataset: { name: 'mnist', sha256: 'b' },
    split: 'train',
    indices: [1, 5],
    batchNorm: 'eval',
    losses: ['clean', 'fixed'],
    attack: { norm: 'linf', epsilon: 0.3, steps: 10, stepSize: 0.06 },
    measures: ['sharpness', 'worst-case', 'eigenvalue', 'trace', 'curve'],
    seed: 0,
  },
  axis: [-1, 0, 1],
  sharpness: [{ loss: 'clean', scale: 'filter', rho: 0.05, mean: 0.25, standardError: 0.125, noiseFloor: 0 }],
  worstCase: [{ loss: 'fixed', rho: 0.05, rise: 0.5, gradientNorm: 3 }],
  eigenvalue: [{ loss: 'clean', value: 31.5, iterations: 100, converged: false, residual: 0.2 }],
  trace: [{ loss: 'clean', mean: 300, standardError: 20 }],
  curve: [{ loss: 'clean', values: [2.5, 0.5, 1.5] }],
  surface: [],
  engine: 'simd',
  device: 'CPU',
  startedAt: '',
  updatedAt: '',
  seconds: 62,
};

describe('The display of a landscape', () => {
  it('in a file or pipe: what is measured and where to, then a line every ten seconds', () => {
    const { out, writes } = fakeOutput();
    const clock = fakeClock();
    const display = createPlainLandscape(out, clock);
    display.event(started);
    for (const [time, row] of [
      [0, 1],
      [9_000, 2],
      [10_000, 3],
    ] as const) {
      clock.turnTo(time);
      display.event(progress(row));
    }
    display.close();
    assert.deepEqual(writes.join('').trimEnd().split('\n'), [
      'simd on CPU',
      '512 examples: eigenvalue, surface',
      'goes on with /runs/a/evaluations/landscape-surface-1.json',
      'surface, row 1 of 15 · 5.0% done · 1m02s · ETA at most 4m05s',
      'surface, row 3 of 15 · 15.0% done · 1m02s · ETA at most 4m05s',
    ]);
  });

  it('in a terminal: one line that is drawn over, and gone at the end', () => {
    const { out, writes } = fakeOutput(80);
    const display = createTerminalLandscape(out);
    display.event(progress(1));
    display.event(progress(2));
    const shown = screenOf(writes).filter(line => line !== '');
    assert.deepEqual(shown, ['surface, row 2 of 15 · 10.0% done · 1m02s · ETA at most 4m05s']);
    display.close();
    assert.deepEqual(screenOf(writes).join(''), '');
  });

  it('lists every figure with its loss and its setting', () => {
    const text = landscapeLines(result).join('\n');
    assert.match(
      text,
      /^small-cnn, 2 mnist train images, eval mode, on simd; adversarial: PGD-10, linf 0\.3:$/m,
    );
    assert.match(text, /expected sharpness, filter, rho 0\.05, clean: 0\.25.* ± 0\.1.*noise floor 0/);
    assert.match(text, /worst-case sharpness, rho 0\.05, fixed: 0\.5/);
    assert.match(text, /top Hessian eigenvalue, clean: 31\.5.* \(not converged in 100 iterations\)/);
    assert.match(text, /Hessian trace, clean: .* ± /);
    assert.match(text, /curve, clean: 0\.5\d* to 2\.5\d*, 3 points within 1 filter norms/);
  });
});
