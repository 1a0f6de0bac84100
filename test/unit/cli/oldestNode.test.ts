import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';

/** npm scripts find the Node that comes with the project; this is the one that npm itself runs on, and people start the trainer with. */
const node = process.env['npm_node_execpath'] ?? process.execPath;

describe("On the machine's own Node, without the one that comes with the project", () => {
  for (const engine of ['simd', 'wasm']) {
    it(`a recorded training step is reproduced on ${engine}`, async () => {
      const fixture = path.resolve('test/fixtures/rat-trades-awp-wrn10-1-c10.safetensors');
      const arguments_ = [path.resolve('dist/trainer.js'), 'check-step', fixture, '--engine', engine];
      const { stdout } = await promisify(execFile)(node, arguments_);
      const { passed, engine: used } = JSON.parse(stdout);
      assert.deepEqual({ passed, used }, { passed: true, used: engine });
    });
  }
});
