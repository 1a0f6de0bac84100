import assert from 'node:assert/strict';
import { parseCommandLine } from '../../../extension/trainer/cli/commandLine';
import { UserError } from '../../../extension/trainer/cli/userError';

function parsed(...argv: string[]): { command: string; arguments: unknown } {
  const request = parseCommandLine(argv);
  assert.equal(request.kind, 'command');
  if (request.kind !== 'command') throw new Error('unreachable');
  return { command: request.invocation.command, arguments: request.invocation.arguments };
}

function refusal(...argv: string[]): string {
  try {
    parseCommandLine(argv);
  } catch (error) {
    assert.ok(error instanceof UserError, String(error));
    assert.equal(error.exitCode, 2);
    return error.message;
  }
  return assert.fail(`accepted: ${argv.join(' ')}`);
}

describe('the command line', () => {
  describe('run', () => {
    it('takes a config and falls back to the current folder', () => {
      assert.deepEqual(parsed('run', 'mnist.rat.json'), {
        command: 'run',
        arguments: { config: 'mnist.rat.json', workspace: '.', overrides: [], display: 'auto' },
      });
    });

    it('takes every option, before or after the config, with a space or =', () => {
      const argv = ['run', '--engine=wasm', '--seed', '7', 'a.rat.json', '--epochs', '3', '--workspace', 'w'];
      assert.deepEqual(parsed(...argv, '--resume=r', '--plain').arguments, {
        config: 'a.rat.json',
        resume: 'r',
        workspace: 'w',
        engine: 'wasm',
        seed: 7,
        epochs: 3,
        overrides: [],
        display: 'plain',
      });
    });

    it('collects every --set in its order, numbers as numbers', () => {
      const argv = ['run', 'a', '--set', 'taylor.order=1', '--set', 'name=b', '--set=taylor.order=2'];
      const { overrides } = parsed(...argv).arguments as { overrides: unknown };
      assert.deepEqual(overrides, [
        { path: ['taylor', 'order'], value: 1 },
        { path: ['name'], value: 'b' },
        { path: ['taylor', 'order'], value: 2 },
      ]);
    });

    it('may go without a config when it resumes a run, not otherwise', () => {
      assert.deepEqual(parsed('run', '--resume', 'some-run').arguments, {
        resume: 'some-run',
        workspace: '.',
        overrides: [],
        display: 'auto',
      });
      assert.match(refusal('run'), /CONFIG is missing.*--resume RUN/);
    });

    it('takes what follows -- as a config even if it begins with a dash', () => {
      assert.deepEqual(parsed('run', '--json', '--', '--odd.rat.json').arguments, {
        config: '--odd.rat.json',
        workspace: '.',
        overrides: [],
        display: 'json',
      });
    });

    it('refuses seeds and epochs that are no whole numbers of their range', () => {
      assert.match(
        refusal('run', 'a', '--seed', '-5'),
        /--seed -5: expected a whole number from 0 to 4294967295/,
      );
      assert.match(refusal('run', 'a', '--seed', '1.5'), /--seed 1\.5/);
      assert.match(refusal('run', 'a', '--epochs', '0'), /--epochs 0: expected a whole number from 1 up/);
      assert.match(refusal('run', 'a', '--epochs', 'ten'), /--epochs ten/);
    });

    it('refuses two displays at once and two configs', () => {
      assert.match(refusal('run', 'a', '--json', '--plain'), /exclude each other/);
      assert.match(refusal('run', 'a', 'b'), /'b' is one argument too many/);
    });
  });

  it('check-step takes one fixture or more', () => {
    assert.deepEqual(parsed('check-step', 'one', 'two', '--engine', 'cpu', '--table'), {
      command: 'check-step',
      arguments: { fixtures: ['one', 'two'], engine: 'cpu', table: true },
    });
    assert.match(refusal('check-step'), /FIXTURE is missing/);
  });

  it('devices and schema take nothing but their options', () => {
    assert.deepEqual(parsed('devices', '--json').arguments, { json: true });
    assert.deepEqual(parsed('schema').arguments, {});
    assert.match(refusal('schema', 'x'), /schema: 'x' is one argument too many/);
  });

  it('bench has a default for everything', () => {
    assert.deepEqual(parsed('bench').arguments, {
      model: 'small-cnn',
      batch: 64,
      steps: 5,
      attackSteps: 10,
      engine: 'auto',
      precision: 'float32',
      workers: 1,
      profile: false,
      json: false,
    });
    const argv = ['bench', '--model', 'resnet-18', '--batch', '8', '--steps', '2', '--attack-steps', '0'];
    const more = ['--engine', 'tensorflow', '--workers', '2', '--threads', '3', '--profile'];
    assert.deepEqual(parsed(...argv, ...more).arguments, {
      model: 'resnet-18',
      batch: 8,
      steps: 2,
      attackSteps: 0,
      engine: 'tensorflow',
      precision: 'float32',
      workers: 2,
      threads: 3,
      profile: true,
      json: false,
    });
  });

  it('bench multiplies in float16 on the webgpu engine alone', () => {
    const half = ['bench', '--precision', 'float16'];
    assert.match(refusal(...half), /--precision float16 needs --engine webgpu/);
    const { arguments: read } = parsed(...half, '--engine', 'webgpu');
    assert.equal((read as { readonly precision?: string }).precision, 'float16');
  });

  it('names the nearest command, option and engine, and where help is', () => {
    assert.match(refusal('rnu'), /Unknown command 'rnu'\. Did you mean run\? See randomized-at --help/);
    assert.match(refusal('checkstep', 'x'), /Did you mean check-step\?/);
    assert.match(
      refusal('run', 'a', '--epoch', '3'),
      /run: unknown option --epoch\. Did you mean --epochs\? See randomized-at help run/,
    );
    assert.match(refusal('run', 'a', '--engine', 'webgup'), /one of auto, tensorflow.*Did you mean webgpu\?/);
    assert.doesNotMatch(refusal('xylophone'), /Did you mean/);
  });

  it('refuses options that every object has but the command has not', () => {
    assert.match(refusal('run', 'a', '--constructor'), /unknown option --constructor/);
    assert.match(refusal('constructor'), /Unknown command/);
  });

  it('says when an option lacks its value or has one too many', () => {
    assert.match(refusal('run', 'a', '--seed'), /--seed needs a value: --seed N/);
    assert.match(refusal('run', 'a', '--resume', '--json'), /--resume needs a value: --resume RUN/);
    assert.match(refusal('devices', '--json=yes'), /--json takes no value/);
  });

  it('shows what it can do when called with nothing, as an error', () => {
    assert.match(refusal(), /No command given[\s\S]*Commands:/);
    assert.match(refusal('--json', 'devices'), /--json stands where a command is expected/);
  });
});
