import assert from 'node:assert/strict';
import { parseCommandLine } from '../../../extension/trainer/cli/commandLine';
import { UserError } from '../../../extension/trainer/cli/userError';

function parsed(...argv: string[]): unknown {
  const request = parseCommandLine(['evaluate', ...argv]);
  return request.kind === 'command' ? request.invocation.arguments : assert.fail(request.kind);
}

function refusal(...argv: string[]): string {
  try {
    parsed(...argv);
  } catch (error) {
    assert.ok(error instanceof UserError, String(error));
    assert.equal(error.exitCode, 2);
    return error.message;
  }
  return assert.fail(`accepted: ${argv.join(' ')}`);
}

describe('evaluate, on the command line', () => {
  const usual = {
    attack: 'autoattack',
    each: false,
    batch: 128,
    seed: 0,
    workspace: '.',
    again: false,
    json: false,
    progress: 'auto',
  };

  it('takes a run alone and leaves everything else to it', () => {
    assert.deepEqual(parsed('some-run'), { ...usual, run: 'some-run' });
  });

  it('takes a checkpoint with all that is to be known of it', () => {
    const argv = ['--checkpoint', 'f', '--model', 'm', '--dataset', 'mnist', '--examples', '10..20'];
    const threat = ['--norm', 'l2', '--epsilon', '128/255,1', '--attack', 'fgsm,pgd-20', '--each'];
    const rest = ['--step-size', '0.01', '--engine', 'wasm', '--seed', '5', '--json', '--progress', 'json'];
    const normalisation = ['--mean', '0.5,0.25', '--std', '1/2,1'];
    assert.deepEqual(parsed(...argv, ...threat, ...rest, ...normalisation, '--again', '--batch', '9'), {
      ...usual,
      checkpoint: 'f',
      model: 'm',
      dataset: 'mnist',
      examples: { from: 10, to: 20 },
      norm: 'l2',
      epsilons: [128 / 255, 1],
      attack: 'fgsm,pgd-20',
      each: true,
      stepSize: 0.01,
      mean: [0.5, 0.25],
      std: [0.5, 1],
      engine: 'wasm',
      seed: 5,
      json: true,
      progress: 'json',
      again: true,
      batch: 9,
    });
  });

  it('needs a run or a checkpoint, and not both', () => {
    assert.match(refusal(), /nothing to evaluate: name a RUN, or a file with --checkpoint FILE/);
    assert.match(refusal('run', '--checkpoint', 'f'), /exclude each other/);
  });

  it('refuses values that are none, and says what is expected', () => {
    assert.match(
      refusal('r', '--examples', '20..10'),
      /--examples 20\.\.10: expected two numbers such as 0\.\.1000/,
    );
    assert.match(refusal('r', '--examples', '20'), /--examples 20: expected two numbers/);
    assert.match(refusal('r', '--epsilon', '0'), /--epsilon 0: expected a number above 0, or a fraction/);
    assert.match(refusal('r', '--epsilon', '8/0'), /--epsilon 8\/0/);
    assert.match(refusal('r', '--epsilon', 'wide'), /--epsilon wide/);
    assert.match(refusal('r', '--norm', 'l1'), /--norm l1: expected one of linf, l2/);
    assert.match(refusal('r', '--mean', '0.5'), /--mean and --std belong together/);
    assert.match(refusal('r', '--mean', '0.5', '--std', '0'), /--std 0: expected numbers above 0/);
    assert.match(refusal('r', '--mean', 'x', '--std', '1'), /--mean x: expected numbers separated by commas/);
    assert.match(refusal('r', '--batch', '0'), /--batch 0/);
  });
});
