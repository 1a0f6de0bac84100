import assert from 'node:assert/strict';
import {
  attackListProblem,
  evaluationArguments,
  evaluationTitle,
  measuredSeconds,
  radiiAround,
  readRadii,
  readRange,
} from '../../../../extension/host/evaluations/choices';
import { parseCommandLine } from '../../../../extension/trainer/cli/commandLine';
import { evaluation } from '../measurements/stored';

const ofRun = {
  checkpoint: { file: '/project/.rat/runs/a/checkpoints/best.safetensors' },
  attack: 'autoattack',
  norm: 'linf',
  epsilons: [8 / 255],
} as const;

describe('What is chosen for an evaluation', () => {
  it('becomes a command line that the trainer takes, with every figure exact', () => {
    const argumentsOf = (words: readonly string[]) => {
      const request = parseCommandLine(['evaluate', ...words]);
      return request.kind === 'command' ? request.invocation.arguments : assert.fail();
    };
    const small = evaluationArguments(ofRun);
    assert.deepEqual(small, [
      ...['--checkpoint', ofRun.checkpoint.file, '--attack', 'autoattack'],
      ...['--norm', 'linf', '--epsilon', '8/255'],
    ]);
    const large = {
      checkpoint: { file: '/models/my net.safetensors', dataset: '/data/my digits', workspace: '/project' },
      attack: 'fgsm,pgd-20',
      norm: 'l2',
      epsilons: [0.1, 1 / 3, 128 / 255],
      examples: { from: 100, to: 300 },
    } as const;
    const { checkpoint, dataset, workspace, attack, norm, epsilons, examples } = argumentsOf(
      evaluationArguments(large),
    ) as Record<string, unknown>;
    assert.deepEqual(
      { checkpoint: { file: checkpoint, dataset, workspace }, attack, norm, epsilons, examples },
      large,
    );
    assert.deepEqual((argumentsOf(small) as { epsilons: number[] }).epsilons, [8 / 255]);
  });

  it('has a title that says what is done to what', () => {
    assert.equal(evaluationTitle(ofRun, 'mnist-trades'), 'AutoAttack on mnist-trades');
    const several = { ...ofRun, attack: 'fgsm,apgd-t', epsilons: [0.1, 0.2] };
    assert.equal(evaluationTitle(several, 'mnist'), 'FGSM, APGD-T at 2 radii on mnist');
  });

  it('takes radii as numbers and fractions, in order and once, and says what is none', () => {
    assert.deepEqual(readRadii('8/255, 0.1'), [8 / 255, 0.1]);
    assert.deepEqual(readRadii('0.3,0.1,0.3'), [0.1, 0.3]);
    for (const wrong of ['', '0', '-1', '8/0', 'x', '0.1,', '1e999x']) {
      assert.match(String(readRadii(wrong)), /is no radius: expected a number above 0/);
    }
  });

  it('offers radii around the own one, whole 255ths where they can be', () => {
    assert.deepEqual(
      radiiAround(8 / 255),
      [2, 4, 6, 8, 12].map(parts => parts / 255),
    );
    assert.deepEqual(radiiAround(0.2), [0.05, 0.1, 0.15, 0.2, 0.3]);
  });

  it('takes ranges of examples and lists of attacks, and nothing else', () => {
    assert.deepEqual(readRange('0..1000'), { from: 0, to: 1000 });
    assert.deepEqual(readRange(' 5 .. 6 '), { from: 5, to: 6 });
    for (const wrong of ['', '5', '6..5', '5..5', '-1..5', '0..1.5'])
      assert.equal(readRange(wrong), undefined);
    assert.equal(attackListProblem('fgsm, pgd-20,autoattack-plus'), undefined);
    assert.match(attackListProblem('fgsm,pgd') ?? '', /^"pgd" is no attack: expected autoattack/);
    assert.match(attackListProblem('fgsm,fgsm') ?? '', /listed twice/);
  });

  it('is estimated only by what the same attack took before, to its end', () => {
    const before = [
      evaluation({ seconds: 50 }),
      evaluation({ seconds: 9999, status: 'running' }),
      evaluation({ seconds: 9999, setting: { ...evaluation().setting, attack: 'autoattack' } }),
    ];
    assert.equal(measuredSeconds(before, 'fgsm', 1000), 500);
    assert.equal(measuredSeconds(before, 'pgd-20', 1000), undefined);
  });
});
