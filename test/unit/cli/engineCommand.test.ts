import assert from 'node:assert/strict';
import { parseCommandLine } from '../../../extension/trainer/cli/commandLine';
import { UserError } from '../../../extension/trainer/cli/userError';

function argumentsOf(...argv: string[]): unknown {
  const request = parseCommandLine(['engine', ...argv]);
  return request.kind === 'command' ? request.invocation.arguments : assert.fail('no command');
}

const refused = (message: RegExp) => (error: unknown) =>
  error instanceof UserError && error.exitCode === 2 && message.test(error.message);

describe('the engine command', () => {
  it('builds or installs TensorFlow, into a folder of the person’s choice', () => {
    assert.deepEqual(argumentsOf('install-tensorflow'), { action: 'install-tensorflow' });
    assert.deepEqual(argumentsOf('build-tensorflow', '--python', 'venv/bin/python', '--into', 'here'), {
      action: 'build-tensorflow',
      python: 'venv/bin/python',
      into: 'here',
    });
  });

  it('says which actions there are', () => {
    assert.throws(
      () => argumentsOf('build'),
      refused(/engine build: .*build-tensorflow, install-tensorflow/),
    );
    assert.throws(() => argumentsOf(), refused(/ACTION is missing: build-tensorflow or install-tensorflow/));
  });

  it('refuses a Python where none is used', () => {
    const argv = ['install-tensorflow', '--python', 'python3'];
    assert.throws(() => argumentsOf(...argv), refused(/--python belongs to build-tensorflow/));
  });
});
