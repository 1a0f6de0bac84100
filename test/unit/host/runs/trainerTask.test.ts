import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runTrainerTask } from '../../../../extension/host/runs/trainerTask';
import { withFolder } from '../../data/idxFiles';

/** Runs a program in the trainer's place. */
const run = (program: string, signal: AbortSignal, onLine: (line: object) => void = () => {}) =>
  withResult(async folder => {
    const trainer = join(folder, 'trainer.mjs');
    await writeFile(trainer, program);
    const node = { path: process.execPath, environment: {} };
    return runTrainerTask({ node, trainer, arguments: ['one', 'two'] }, signal, onLine);
  });

async function withResult<Result>(work: (folder: string) => Promise<Result>): Promise<Result | undefined> {
  const box: { result?: Result } = {};
  await withFolder(async folder => {
    box.result = await work(folder);
  });
  return box.result;
}

const never = new AbortController().signal;

describe('A short task of the trainer', () => {
  it('tells its lines as they come, whole, and leaves out what is no JSON object', async () => {
    const lines: object[] = [];
    const program = [
      'process.stdout.write(\'hello\\n{"a":\');',
      'const words = JSON.stringify({ words: process.argv.slice(2) });',
      "setTimeout(() => process.stdout.write('1}\\n[2]\\n' + words + '\\n'), 20);",
    ].join('\n');
    assert.equal(await run(program, never, line => lines.push(line)), 'done');
    assert.deepEqual(lines, [{ a: 1 }, { words: ['one', 'two'] }]);
  });

  it('throws what it wrote when it fails', () =>
    assert.rejects(
      run("process.stderr.write('randomized-at: no room on the disk\\n'); process.exitCode = 1;", never),
      { message: 'no room on the disk' },
    ));

  it('is ended when it is canceled', async () => {
    const stop = new AbortController();
    const program = 'console.log("{}"); setInterval(() => {}, 1000);';
    assert.equal(await run(program, stop.signal, () => stop.abort()), undefined);
  });
});
