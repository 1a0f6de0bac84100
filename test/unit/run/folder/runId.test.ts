import assert from 'node:assert/strict';
import { requirePlainFileName, runId, safeName } from '../../../../extension/trainer/run/folder/runId';

describe('name of a run folder', () => {
  it('begins with the local time, so that runs sort by age', () => {
    assert.equal(
      runId('mnist quickstart', new Date(2023, 0, 2, 3, 4, 5), '3f9a'),
      '20230102-030405-mnist-quickstart-3f9a',
    );
  });

  it('keeps letters, digits, dots, underscores and dashes only', () => {
    assert.equal(safeName('RAT_wrn34-10.v2'), 'RAT_wrn34-10.v2');
    assert.equal(safeName('Größe 8/255'), 'Gro-e-8-255');
    assert.equal(safeName('a\u0000b\nc:d|e?'), 'a-b-c-d-e');
    assert.equal(safeName('实验'), 'run');
    assert.equal(safeName(''), 'run');
  });

  it('cannot leave the runs folder', () => {
    assert.equal(safeName('../../x'), 'x');
    assert.equal(safeName('..'), 'run');
    assert.equal(safeName('/etc/passwd'), 'etc-passwd');
    assert.equal(safeName('..\\..\\x'), 'x');
    assert.ok(safeName('x'.repeat(5000)).length <= 60);
  });

  it('accepts plain file names for what is written into a run, and nothing else', () => {
    assert.equal(requirePlainFileName('step-100.png'), 'step-100.png');
    for (const name of [
      '',
      '.',
      '..',
      '.hidden',
      '../x.png',
      'a/b.png',
      '/x.png',
      'a\\b.png',
      'C:x',
      'a\0b',
    ]) {
      assert.throws(() => requirePlainFileName(name), /plain file name/, name);
    }
  });
});
