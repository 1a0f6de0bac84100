import assert from 'node:assert/strict';
import { parseCommandLine } from '../../../extension/trainer/cli/commandLine';
import { UserError } from '../../../extension/trainer/cli/userError';

function parsed(...argv: string[]): unknown {
  const request = parseCommandLine(['landscape', ...argv]);
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

describe('landscape, on the command line', () => {
  const usual = {
    measures: ['sharpness', 'worst-case', 'eigenvalue', 'trace', 'curve'],
    losses: ['clean', 'fixed'],
    split: 'train',
    attackSteps: 10,
    scales: ['filter'],
    directions: 8,
    worstCaseRho: 0.05,
    probes: 30,
    radius: 1,
    points: 21,
    batch: 128,
    seed: 0,
    workspace: '.',
    again: false,
    json: false,
    progress: 'auto',
  };

  it('takes a run alone and measures all but the surface, on training images', () => {
    assert.deepEqual(parsed('some-run'), { ...usual, run: 'some-run' });
  });

  it('takes a checkpoint with all that is to be known of it', () => {
    const subject = [
      '--checkpoint',
      'f',
      '--model',
      'm',
      '--dataset',
      'mnist',
      '--norm',
      'l2',
      '--epsilon',
      '1/2',
    ];
    const measures = [
      '--measure',
      'surface, sharpness',
      '--loss',
      'regenerated,clean',
      '--scale',
      'absolute,filter',
    ];
    const lengths = ['--rho', '0.1', '--worst-rho', '0.2', '--radius', '1/2', '--points', '5'];
    const counts = [
      '--directions',
      '2',
      '--probes',
      '3',
      '--examples',
      '9',
      '--split',
      'test',
      '--batch',
      '4',
    ];
    const attack = ['--attack-steps', '7', '--step-size', '0.01', '--directions-of', 'other', '--seed', '5'];
    const rest = ['--engine', 'wasm', '--again', '--json', '--progress', 'json'];
    assert.deepEqual(parsed(...subject, ...measures, ...lengths, ...counts, ...attack, ...rest), {
      ...usual,
      checkpoint: 'f',
      model: 'm',
      dataset: 'mnist',
      norm: 'l2',
      epsilon: 0.5,
      measures: ['sharpness', 'surface'],
      losses: ['clean', 'regenerated'],
      scales: ['filter', 'absolute'],
      rho: 0.1,
      worstCaseRho: 0.2,
      radius: 0.5,
      points: 5,
      directions: 2,
      probes: 3,
      examples: 9,
      split: 'test',
      batch: 4,
      attackSteps: 7,
      stepSize: 0.01,
      directionsOf: 'other',
      seed: 5,
      engine: 'wasm',
      again: true,
      json: true,
      progress: 'json',
    });
  });

  it('needs a run or a checkpoint, and not both', () => {
    assert.match(refusal(), /nothing to measure: name a RUN, or a file with --checkpoint FILE/);
    assert.match(refusal('run', '--checkpoint', 'f'), /exclude each other/);
  });

  it('refuses values that are none, and says what is expected', () => {
    assert.match(refusal('r', '--measure', 'flatness'), /"flatness" is none of sharpness, worst-case/);
    assert.match(refusal('r', '--measure', 'curve,'), /--measure curve,: "" is none of/);
    assert.match(refusal('r', '--loss', 'clean,robust'), /"robust" is none of clean, fixed, regenerated/);
    assert.match(refusal('r', '--scale', 'layer'), /"layer" is none of filter, adaptive, absolute/);
    assert.match(refusal('r', '--points', '20'), /--points 20: expected an odd number, such as 21/);
    assert.match(refusal('r', '--points', '1'), /--points 1: expected a whole number from 3 up/);
    assert.match(refusal('r', '--rho', '-1'), /--rho -1: expected a number above 0/);
    assert.match(refusal('r', '--mean', '0.5'), /--mean and --std belong together/);
    assert.match(refusal('r', '--std', '0', '--mean', '0'), /--std 0: expected numbers above 0/);
  });
});
