import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import path from 'node:path';

interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the built program; with `closeOutput` nobody reads its stdout, as after `| head` has ended. */
function program(argv: readonly string[], { closeOutput = false } = {}): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [path.resolve('dist/trainer.js'), ...argv]);
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    if (closeOutput) child.stdout.destroy();
    child.on('error', reject);
    child.on('close', code => resolve({ code, stdout, stderr }));
  });
}

describe('the program', () => {
  it('prints its help and version on stdout', async () => {
    const help = await program(['--help']);
    assert.deepEqual({ code: help.code, stderr: help.stderr }, { code: 0, stderr: '' });
    assert.match(help.stdout, /^Usage: randomized-at COMMAND/m);
    assert.match((await program(['--version'])).stdout, /^\d+\.\d+\.\d+\n$/);
  });

  it('prints a schema that is JSON', async () => {
    const { code, stdout } = await program(['schema']);
    assert.equal(code, 0);
    assert.equal(typeof JSON.parse(stdout), 'object');
  });

  it('ends with 2 and one line for a command it does not know', async () => {
    const { code, stdout, stderr } = await program(['trian']);
    assert.equal(code, 2);
    assert.equal(stdout, '');
    assert.match(stderr, /^randomized-at: Unknown command 'trian'\.[^\n]*\n$/);
  });

  it('is quiet when the reader of its output has gone', async () => {
    const { code, stderr } = await program(['--help'], { closeOutput: true });
    assert.deepEqual({ code, stderr }, { code: 0, stderr: '' });
  });
});
