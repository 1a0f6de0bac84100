import assert from 'node:assert/strict';
import type { RobustnessEvaluation } from '../../../../extension/contract/evaluation';
import { commandLine, evaluationViews } from '../../../../extension/host/evaluations/evaluationView';
import { evaluationsMethods, isEvaluationsCall } from '../../../../extension/host/evaluations/pageMessages';
import { evaluation, figure } from '../measurements/stored';

const view = (result: RobustnessEvaluation) =>
  evaluationViews([{ file: '/a.json', state: 'finished', result }], 'linux')[0];

describe('An evaluation, as pages are told of it', () => {
  it('has what they show, with a line that repeats it, and leaves out the long lists', () => {
    const shown = view(evaluation());
    assert.equal(shown?.commandLine, 'randomized-at evaluate /project/.rat/runs/a --attack fgsm');
    assert.deepEqual(shown?.figures, evaluation().figures);
    const text = JSON.stringify(shown);
    assert.ok(!text.includes('robustIndices') && !text.includes('fates') && !text.includes('progress'));
  });

  it('is left out where a file holds something that cannot be shown', () => {
    const { setting, figures } = evaluation();
    const damaged = [
      { setting: { ...setting, checkpoint: undefined } },
      { setting: { ...setting, epsilon: '0.2' } },
      { setting: { ...setting, norm: 'l1' } },
      { figures: { ...figures, attacks: [{ ...figure(3), name: {} }] } },
      { figures: { ...figures, clean: { ...figure(3), interval: 'wide' } } },
      { figures: { ...figures, worstCase: { ...figure(3), perClass: [null] } } },
      { figures: {} },
      { warnings: [{ code: 'weights' }] },
    ];
    for (const changes of damaged) {
      const result = { ...evaluation(), ...changes } as unknown as RobustnessEvaluation;
      assert.equal(view(result), undefined, JSON.stringify(changes));
    }
  });

  it('gives a command line that a shell takes as it was meant', () => {
    const command = { directory: '/', arguments: ['evaluate', "it's here", '$HOME', 'C:\\a b'] };
    assert.equal(commandLine(command, 'linux'), "randomized-at evaluate 'it'\\''s here' '$HOME' 'C:\\a b'");
    assert.equal(
      commandLine({ ...command, arguments: ['C:\\runs\\a', 'C:\\a b'] }, 'win32'),
      'randomized-at C:\\runs\\a "C:\\a b"',
    );
  });

  it('is asked for by its name, which is never a path', () => {
    assert.ok(evaluationsMethods.stopEvaluation('fgsm-linf-0.2-0a1b2c3d'));
    for (const wrong of ['../fgsm', 'a\\b', '', 7, undefined, { name: 'a' }]) {
      assert.equal(evaluationsMethods.continueEvaluation(wrong), false);
    }
    assert.equal(evaluationsMethods.evaluate('now'), false);
    assert.ok(isEvaluationsCall({ method: 'copyCommand', argument: 'a' }));
    assert.ok(!isEvaluationsCall({ method: 'toString' }));
  });
});
