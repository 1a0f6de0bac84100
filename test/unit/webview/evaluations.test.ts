import assert from 'node:assert/strict';
import {
  attackListTitle,
  checkpointTitle,
  radiusText,
  threatTitle,
} from '../../../extension/contract/evaluationNames';
import type { EvaluationView } from '../../../extension/contract/evaluationPage';
import { evaluationViews } from '../../../extension/host/evaluations/evaluationView';
import { robustnessCurves } from '../../../webview/evaluations/curveData';
import { standingText } from '../../../webview/evaluations/standing';
import { waterfallBars } from '../../../webview/evaluations/waterfallData';
import { attack, evaluation, figure } from '../host/measurements/stored';

function view(changes: Parameters<typeof evaluation>[0] = {}, state: EvaluationView['state'] = 'finished') {
  const [shown] = evaluationViews([{ file: '/a.json', state, result: evaluation(changes) }]);
  return shown ?? assert.fail('it cannot be shown');
}

const { setting, figures } = evaluation();
const at = (epsilon: number, correct: number, more: Partial<typeof setting> = {}) =>
  view({
    name: `at ${epsilon}`,
    setting: { ...setting, epsilon, ...more },
    figures: { ...figures, worstCase: figure(correct) },
  });

describe('The robustness curve', () => {
  it('goes from the clean accuracy at 0 through every radius of the same setting, with intervals', () => {
    const evaluations = [at(0.3, 20), at(0.1, 90), at(0.2, 70)];
    const [curve, ...others] = robustnessCurves(evaluations, evaluations[0] ?? assert.fail());
    assert.deepEqual(others, []);
    assert.equal(curve?.label, 'FGSM, best, epoch 3');
    assert.deepEqual(
      curve?.points.map(({ epsilon, accuracy }) => [epsilon, accuracy]),
      [
        [0, 0.98],
        [0.1, 0.9],
        [0.2, 0.7],
        [0.3, 0.2],
      ],
    );
    assert.deepEqual(curve?.points[1]?.interval, figure(90).interval);
  });

  it('is not mixed of other checkpoints, attacks, seeds or images, nor of unfinished evaluations', () => {
    const other = { ...setting.checkpoint, sha256: 'other' };
    const shown = at(0.1, 90);
    const evaluations = [
      shown,
      at(0.2, 1, { checkpoint: other }),
      at(0.2, 1, { attack: 'pgd-20' }),
      at(0.2, 1, { seed: 1 }),
      at(0.2, 1, { examples: { from: 0, to: 50 } }),
      at(0.2, 1, { norm: 'l2' }),
      { ...at(0.2, 1), state: 'running' as const },
    ];
    assert.deepEqual(robustnessCurves(evaluations, shown), []);
  });

  it('stands beside those of other attacks on the same images, its own first', () => {
    const pgd = (epsilon: number, correct: number) => at(epsilon, correct, { attack: 'pgd-20' });
    const shown = at(0.1, 90);
    const curves = robustnessCurves([pgd(0.1, 80), pgd(0.2, 60), shown, at(0.2, 70)], shown);
    assert.deepEqual(
      curves.map(({ label }) => label),
      ['FGSM, best, epoch 3', 'PGD-20, best, epoch 3'],
    );
  });

  it('takes the newest of two evaluations at one radius', () => {
    const evaluations = [at(0.1, 90), at(0.2, 70), at(0.2, 10)];
    assert.equal(robustnessCurves(evaluations, at(0.1, 90))[0]?.points.at(-1)?.accuracy, 0.7);
  });
});

describe('The bars attack by attack', () => {
  const list = [attack('apgd-ce', 98, 90), attack('apgd-t', 90, 84), attack('square', 84, 84)];
  const chained = { ...figures, attacks: list, worstCase: figure(84) };

  it('go down from the clean accuracy to the worst case, each from where the last one ended', () => {
    const bars = waterfallBars(chained, false);
    assert.deepEqual(
      bars.map(({ name, low, high }) => [name, low, high]),
      [
        ['clean', 0, 0.98],
        ['apgd-ce', 0.9, 0.98],
        ['apgd-t', 0.84, 0.9],
        ['square', 0.84, 0.84],
        ['worst case', 0, 0.84],
      ],
    );
  });

  it('stand on the ground where every attack stood alone', () => {
    const bars = waterfallBars({ ...chained, worstCase: figure(80) }, true);
    assert.ok(bars.every(({ low, high, accuracy }) => low === 0 && high === accuracy));
    assert.deepEqual(
      bars.map(({ kind }) => kind),
      ['clean', 'alone', 'alone', 'alone', 'left'],
    );
  });
});

describe('How an evaluation stands', () => {
  const standing = { stage: 'apgd-t', fraction: 0.456, seconds: 60, secondsLeft: 90 };
  const running = view({ status: 'running', standing }, 'running');
  const told = Date.parse(running.updatedAt);

  it('is told with what is left, which falls until the next news', () => {
    assert.deepEqual(standingText(running, told + 30_000), {
      state: 'Running',
      fraction: 0.456,
      facts: ['APGD-T', '45 % of the work', '90.0 % of 100 robust so far', 'at most 1 min 0 s left'],
    });
    assert.ok(standingText(running, told + 600_000).facts.includes('at most 0 s left'));
  });

  it('says nothing of robustness before the clean images have been looked at', () => {
    const clean = view(
      { status: 'running', standing: { stage: 'clean', fraction: 0, seconds: 0 } },
      'running',
    );
    assert.deepEqual(standingText(clean, told).facts, ['Clean images', '0 % of the work']);
  });

  it('says of one that nobody works on how far it came', () => {
    const died = view({ status: 'running', standing }, 'died');
    assert.deepEqual(standingText(died, told), {
      state: 'Interrupted',
      fraction: 0.456,
      facts: ['45 % of the work', '90.0 % of 100 robust so far'],
    });
  });
});

describe('The names of what is evaluated', () => {
  it('are those of the literature', () => {
    assert.equal(attackListTitle('fgsm,apgd-t,autoattack,square'), 'FGSM, APGD-T, AutoAttack, Square');
    assert.equal(threatTitle({ norm: 'linf', epsilon: 8 / 255 }), 'ℓ∞ 8/255');
    assert.equal(threatTitle({ norm: 'l2', epsilon: 0.5 }), 'ℓ2 0.5');
    assert.deepEqual([0.2, 128 / 255, 0.031, 1].map(radiusText), ['0.2', '128/255', '0.031', '1']);
    assert.equal(checkpointTitle({ file: '/a/checkpoints/best.safetensors', epoch: 2.5 }), 'best, epoch 2.5');
    assert.equal(checkpointTitle({ file: 'C:\\models\\net.safetensors' }), 'net');
  });
});
