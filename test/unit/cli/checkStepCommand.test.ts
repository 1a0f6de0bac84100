import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';

const trainer = path.resolve('dist/trainer.js');
const fixture = path.resolve('test/fixtures/rat-trades-wrn10-1-c10.safetensors');

describe('check-step, as a program', () => {
  it('prints the errors of every figure as JSON and succeeds', async () => {
    const arguments_ = [trainer, 'check-step', fixture, '--engine', 'wasm'];
    const { stdout } = await promisify(execFile)(process.execPath, arguments_);
    const report = JSON.parse(stdout);
    assert.equal(report.passed, true);
    assert.equal(report.engine, 'wasm');
    const gradients = report.checks.find(({ what }: { what: string }) => what === 'gradients');
    assert.ok(gradients.error <= gradients.tolerance && gradients.tolerance === 1e-3);
  });

  it('names the file when it is no recorded step', async () => {
    const other = path.resolve('test/fixtures/mnist-small-cnn.safetensors');
    const run = promisify(execFile)(process.execPath, [trainer, 'check-step', other, '--engine', 'wasm']);
    await assert.rejects(run, ({ code, stderr }: { code: number; stderr: string }) => {
      assert.equal(code, 1);
      assert.match(stderr, /mnist-small-cnn\.safetensors: .*not a recorded training step|metadata/);
      return true;
    });
  });
});
