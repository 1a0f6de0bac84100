import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { runEngineAction } from '../../../../extension/host/compute/engineAction';

describe('Installing an engine from the editor', () => {
  let folder = '';

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'engine-action-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  async function run(program: string, signal = new AbortController().signal, onLine = (_: string) => {}) {
    const into = path.join(folder, 'tensorflow');
    const trainer = path.join(folder, 'trainer.cjs');
    await writeFile(trainer, program);
    const node = { path: process.execPath, environment: {} };
    const action = { action: 'build-tensorflow', into, python: 'python3' } as const;
    return runEngineAction(node, trainer, action, { signal, onLine });
  }

  it('asks the trainer, tells each of its lines, and ends with what was tried', async () => {
    const lines: string[] = [];
    const end = await run(
      `console.log(process.argv.slice(2).join(' '));
       console.log('TensorFlow 2.21.0 works on a GPU.');
       console.log('The addon is there.');`,
      undefined,
      line => lines.push(line),
    );
    assert.equal(
      lines[0],
      `engine build-tensorflow --into ${path.join(folder, 'tensorflow')} --python python3`,
    );
    assert.deepEqual([end.outcome, end.message], ['done', 'TensorFlow 2.21.0 works on a GPU.']);
  });

  it('gives the trainer’s own account of a failure', async () => {
    const end = await run(
      "console.error('randomized-at: its download host cannot be reached.'); process.exit(1)",
    );
    assert.deepEqual([end.outcome, end.message], ['failed', 'its download host cannot be reached.']);
  });

  it('ends with the trainer, all that it started and all that is unfinished when it is canceled', async () => {
    const cancel = new AbortController();
    const end = await run(
      `const unfinished = process.argv.at(-3) + '/unfinished-' + process.pid;
       require('node:fs').mkdirSync(unfinished + '/node_modules', { recursive: true });
       const child = require('node:child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'inherit' });
       console.log('started ' + child.pid);
       setInterval(() => {}, 1000);`,
      cancel.signal,
      () => cancel.abort(),
    );
    // The child holds the pipe, so that the end of both is waited for.
    assert.equal(end.outcome, 'canceled');
    assert.deepEqual(await readdir(path.join(folder, 'tensorflow')), []);
  });
});
