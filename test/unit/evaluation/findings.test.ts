import assert from 'node:assert/strict';
import type { AttackFigure } from '../../../extension/contract/evaluation';
import { findingsOf, type JudgedStage } from '../../../extension/trainer/evaluation/findings';
import { judgeProbe, probeSize } from '../../../extension/trainer/evaluation/probe';

/** An attack on 1000 examples that leaves this share, after `attacked` were left before it. */
function stage(
  name: string,
  kind: JudgedStage['kind'],
  robust: number,
  { attacked = 900, chain = 0, zeroGradients = 0 } = {},
): JudgedStage {
  const figure: AttackFigure = {
    name,
    entry: name,
    accuracy: robust / 1000,
    correct: robust,
    examples: 1000,
    interval: [0, 1],
    perClass: [],
    attacked,
    broken: attacked - robust,
    seconds: 1,
    zeroGradients,
  };
  return { figure, kind, chain };
}

const codes = (...stages: JudgedStage[]) => findingsOf(stages).map(({ code }) => code);

describe('What the figures say about an evaluation', () => {
  it('is nothing where stronger attacks find more', () => {
    assert.deepEqual(
      codes(
        stage('fgsm', 'single-step', 600),
        stage('pgd-20', 'gradient', 500, { attacked: 600 }),
        stage('square', 'black-box', 499, { attacked: 500 }),
      ),
      [],
    );
  });

  it('is a warning where Square finds what gradients have missed, beyond 0.2 points', () => {
    const white = stage('apgd-ce', 'gradient', 500);
    assert.deepEqual(codes(white, stage('square', 'black-box', 498, { attacked: 500 })), []);
    const [warning] = findingsOf([white, stage('square', 'black-box', 490, { attacked: 500 })]);
    assert.equal(warning?.code, 'black-box-beats-gradients');
    assert.match(warning?.found ?? '', /square breaks 10 examples \(1\.0 points\) that apgd-ce left/);
    assert.match(warning?.meaning ?? '', /gradient masking/);
    assert.ok((warning?.advice ?? '').length > 0);
  });

  it('is no warning where Square comes first', () => {
    assert.deepEqual(
      codes(stage('square', 'black-box', 700), stage('pgd-20', 'gradient', 600, { attacked: 700 })),
      [],
    );
  });

  it('is a warning where FGSM beats PGD, each for itself or one after the other', () => {
    assert.deepEqual(
      codes(stage('fgsm', 'single-step', 400), stage('pgd-20', 'gradient', 500, { chain: 1 })),
      ['single-step-beats-iterated'],
    );
    assert.deepEqual(
      codes(stage('pgd-20', 'gradient', 500), stage('fgsm', 'single-step', 450, { attacked: 500 })),
      ['single-step-beats-iterated'],
    );
    assert.deepEqual(
      codes(stage('fgsm', 'single-step', 600), stage('pgd-20', 'gradient', 500, { chain: 1 })),
      [],
    );
  });

  it('is a warning where more steps leave more', () => {
    const alone = (few: number, many: number) =>
      codes(stage('pgd-20', 'gradient', few), stage('pgd-100', 'gradient', many, { chain: 1 }));
    assert.deepEqual(alone(500, 510), ['more-steps-hurt']);
    assert.deepEqual(alone(500, 501), []);
    assert.deepEqual(alone(510, 500), []);
    assert.deepEqual(
      codes(stage('pgd-100', 'gradient', 500), stage('pgd-20', 'gradient', 480, { attacked: 500 })),
      ['more-steps-hurt'],
    );
    assert.deepEqual(
      codes(stage('pgd-20', 'gradient', 500), stage('pgd-100', 'gradient', 480, { attacked: 500 })),
      [],
    );
  });

  it('names attacks whose gradients are zero', () => {
    const [warning] = findingsOf([stage('apgd-ce', 'gradient', 500, { zeroGradients: 12 })]);
    assert.equal(warning?.code, 'zero-gradients');
    assert.match(warning?.found ?? '', /apgd-ce: the first gradient of 12 of 900 examples is zero/);
  });
});

describe('The probe of gradients', () => {
  const usual = { size: 64, single: 40, few: 35, many: 33, unbounded: 0 };

  it('is content with gradients that lead somewhere', () => {
    assert.deepEqual(judgeProbe(usual), []);
    assert.deepEqual(judgeProbe({ ...usual, many: 36 }), [], 'one example more is chance');
  });

  it('finds masked gradients', () => {
    const found = (changes: Partial<typeof usual>) =>
      judgeProbe({ ...usual, ...changes }).map(({ code }) => code);
    assert.deepEqual(found({ single: 20 }), ['single-step-beats-iterated']);
    assert.deepEqual(found({ many: 39 }), ['more-steps-hurt']);
    assert.deepEqual(found({ unbounded: 20 }), ['large-epsilon-survivors']);
  });

  it('costs at most a twentieth of the evaluation, and is left out where that is too little', () => {
    assert.equal(probeSize(1e7, 187), 64);
    assert.equal(probeSize(1e7, 30), 30);
    assert.equal(probeSize(40 * 200, 187), 0);
    assert.equal(probeSize(0.05 ** -1 * 122 * 20, 187), 20);
  });
});
