import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { RunEvent } from '../../../../extension/contract/events';
import { decodeJson, parseMetrics } from '../../../../extension/contract/metrics';
import { ownIdentity } from '../../../../extension/contract/processIdentity';
import { loadCheckpoint, saveCheckpoint } from '../../../../extension/trainer/checkpoint/checkpointStore';
import { findRun } from '../../../../extension/trainer/run/folder/findRun';
import { createRunFolder, openRunFolder } from '../../../../extension/trainer/run/folder/openRunFolder';
import { temporaryFolder } from './temporaryFolder';

const now = new Date(2023, 5, 18, 14, 30, 5);
const event: RunEvent = {
  type: 'message',
  level: 'info',
  text: 'hello',
  step: 1,
  epoch: 0,
  time: now.toISOString(),
};
const deadProcess = { pid: process.pid, startedAt: 'boot 00000000-0000-0000-0000-000000000000 tick 1' };

/** Edits run.json as no program would, to play a trainer that died or still runs. */
async function editRecord(folder: string, patch: object): Promise<void> {
  const file = path.join(folder, 'run.json');
  await writeFile(file, JSON.stringify({ ...JSON.parse(await readFile(file, 'utf8')), ...patch }));
}

describe('a new run folder', () => {
  const workspace = temporaryFolder();

  it('holds a record of the run from the start, and hides runs from git', async () => {
    const run = await createRunFolder(workspace.path, 'mnist quickstart', now);
    assert.match(run.id, /^20230618-143005-mnist-quickstart-[0-9a-f]{4}$/);
    assert.equal(run.path, path.join(workspace.path, '.rat/runs', run.id));
    const record = await run.readRecord();
    assert.equal(record.id, run.id);
    assert.equal(record.name, 'mnist quickstart');
    assert.equal(record.status, 'running');
    assert.deepEqual(record.process, ownIdentity());
    assert.equal(record.createdAt, now.toISOString());
    assert.equal(await readFile(workspace.file('.rat/.gitignore'), 'utf8'), '*\n');
    await run.close();
  });

  it('leaves an existing .gitignore as its owner wants it', async () => {
    await mkdir(workspace.file('.rat'));
    await writeFile(workspace.file('.rat/.gitignore'), 'runs/*/checkpoints\n');
    await (await createRunFolder(workspace.path, 'a', now)).close();
    assert.equal(await readFile(workspace.file('.rat/.gitignore'), 'utf8'), 'runs/*/checkpoints\n');
  });

  it('stays in the runs folder whatever the name', async () => {
    const run = await createRunFolder(workspace.path, '../../x', now);
    await run.close();
    assert.deepEqual(await readdir(workspace.path), ['.rat']);
    assert.deepEqual(await readdir(workspace.file('.rat/runs')), [run.id]);
  });

  it('gives runs of one name and second a folder each', async () => {
    const runs = await Promise.all(
      Array.from({ length: 8 }, () => createRunFolder(workspace.path, 'a', now)),
    );
    assert.equal(new Set(runs.map(run => run.path)).size, 8);
    await Promise.all(runs.map(run => run.close()));
  });

  it('says which folder could not be made, and why', async () => {
    await writeFile(workspace.file('.rat'), 'a file in the way');
    await assert.rejects(
      createRunFolder(workspace.path, 'a', now),
      /runs could not be written: .*not a folder/,
    );
  });
});

describe('writing into a run folder', () => {
  const workspace = temporaryFolder();

  it('changes the record field by field, in order, and sets updatedAt', async () => {
    const run = await createRunFolder(workspace.path, 'a', now);
    const best = { step: 5, epoch: 0.5, cleanAccuracy: 0.9, robustAccuracy: 0.4 };
    await Promise.all([
      run.updateRecord({ totalSteps: 100, engine: 'wasm' }),
      run.updateRecord({ step: 5, best }),
      run.updateRecord({ step: 6, status: 'failed', reason: 'The loss is NaN.' }),
    ]);
    const record = await run.readRecord();
    assert.deepEqual(
      [record.totalSteps, record.engine, record.step, record.best, record.status, record.reason],
      [100, 'wasm', 6, best, 'failed', 'The loss is NaN.'],
    );
    assert.ok(record.updatedAt > record.createdAt);
    await run.updateRecord({ reason: undefined });
    assert.ok(!('reason' in (await run.readRecord())));
    await run.close();
    await assert.rejects(run.updateRecord({ step: 7 }), /closed/);
  });

  it('goes on after a record that could not be written', async () => {
    const run = await createRunFolder(workspace.path, 'a', now);
    await rm(path.join(run.path, 'run.json'));
    await mkdir(path.join(run.path, 'run.json'));
    await assert.rejects(run.updateRecord({ step: 1 }), /run\.json could not be written/);
    await rm(path.join(run.path, 'run.json'), { recursive: true });
    await run.updateRecord({ step: 2 });
    assert.equal((await run.readRecord()).step, 2);
    await run.close();
  });

  it('puts everything where a reader looks for it, and makes folders only when they are needed', async () => {
    const run = await createRunFolder(workspace.path, 'a', now);
    assert.deepEqual((await readdir(run.path)).sort(), ['metrics.jsonl', 'metrics.steps', 'run.json']);
    await run.writeConfig({ source: '{}', versions: { node: '20' } });
    run.appendEvent(event);
    await run.flush();
    assert.equal(await run.writeExample('step-1.png', new Uint8Array([0x89, 0x50])), 'examples/step-1.png');
    const evaluation = { robustAccuracy: 0.5, robustLoss: Number.NaN };
    assert.equal(await run.writeEvaluation('step-1', evaluation), 'evaluations/step-1.json');

    const read = (file: string) => readFile(path.join(run.path, file), 'utf8');
    assert.deepEqual(decodeJson(await read('config.json')), { source: '{}', versions: { node: '20' } });
    assert.deepEqual(parseMetrics(await read('metrics.jsonl')).events, [event]);
    assert.deepEqual([...(await readFile(path.join(run.path, 'examples/step-1.png')))], [0x89, 0x50]);
    assert.deepEqual(decodeJson(await read('evaluations/step-1.json')), evaluation);
    assert.equal(path.relative(run.path, run.checkpoints), 'checkpoints');
    await run.close();
  });

  it('writes nothing outside itself', async () => {
    const run = await createRunFolder(workspace.path, 'a', now);
    await assert.rejects(run.writeExample('../../x.png', new Uint8Array(1)), /plain file name/);
    await assert.rejects(run.writeEvaluation('../x', {}), /plain file name/);
    await run.close();
  });

  it('logs at once, one entry a time stamp', async () => {
    const run = await createRunFolder(workspace.path, 'a', now);
    run.log('first');
    run.log('Error: second\n    at main\n');
    const log = await readFile(path.join(run.path, 'log.txt'), 'utf8');
    assert.match(log, /^\d{4}-\d\d-\d\dT[\d:.]+Z first\n\d{4}-\S+Z Error: second\n {6}at main\n$/);
    await run.close();
    await rm(run.path, { recursive: true });
    run.log('must not throw');
  });
});

describe('opening a run to resume it', () => {
  const workspace = temporaryFolder();

  it('marks it as running in this process and keeps the rest', async () => {
    const first = await createRunFolder(workspace.path, 'a', now);
    first.appendEvent(event);
    await first.updateRecord({ step: 9, totalSteps: 100, status: 'failed', reason: 'The disk was full.' });
    await first.close();

    const run = await openRunFolder(first.path);
    const record = await run.readRecord();
    assert.deepEqual(
      [record.id, record.step, record.status, record.reason],
      [first.id, 9, 'running', undefined],
    );
    assert.deepEqual(record.process, ownIdentity());
    run.appendEvent({ ...event, step: 2 });
    await run.close();
    const metrics = await readFile(path.join(run.path, 'metrics.jsonl'), 'utf8');
    assert.equal(parseMetrics(metrics).events.length, 2);
    assert.deepEqual((await readdir(run.path)).sort(), ['metrics.jsonl', 'metrics.steps', 'run.json']);
  });

  it('refuses a run that a living trainer writes, and names the process', async () => {
    const run = await createRunFolder(workspace.path, 'a', now);
    await assert.rejects(openRunFolder(run.path), new RegExp(`process ${process.pid}`));
    await run.close();
    await (await openRunFolder(run.path)).close();
  });

  it('lets only one of two trainers in that start at once', async () => {
    const run = await createRunFolder(workspace.path, 'a', now);
    await run.close();
    await editRecord(run.path, { process: deadProcess });
    const opened = await Promise.allSettled([1, 2, 3].map(() => openRunFolder(run.path)));
    const winners = opened.flatMap(result => (result.status === 'fulfilled' ? [result.value] : []));
    assert.equal(winners.length, 1);
    for (const winner of winners) await winner.close();
  });

  it('takes over from a dead trainer, finishes its checkpoint and clears up behind it', async () => {
    const dead = await createRunFolder(workspace.path, 'a', now);
    const state = { version: 1, step: 3, epoch: 1, training: {} } as const;
    const weights = new Map([['w', { dtype: 'F32', shape: [1], data: new Float32Array([3]) } as const]]);
    await saveCheckpoint(dead.checkpoints, 'last', { state, weights });
    await dead.close();
    await editRecord(dead.path, { process: deadProcess });
    await writeFile(path.join(dead.path, 'run.json.0123abcd.tmp'), '{"ver');
    await writeFile(path.join(dead.path, 'opening.lock'), JSON.stringify(deadProcess));
    await writeFile(path.join(dead.checkpoints, 'last.safetensors.next'), 'half');

    const run = await openRunFolder(dead.path);
    assert.deepEqual((await readdir(run.path)).sort(), [
      'checkpoints',
      'metrics.jsonl',
      'metrics.steps',
      'run.json',
    ]);
    assert.deepEqual((await readdir(run.checkpoints)).sort(), ['last.safetensors', 'last.state.json']);
    assert.deepEqual((await loadCheckpoint(run.checkpoints, 'last'))?.state, state);
    await run.close();
  });

  it('says what is wrong with a folder that is no run', async () => {
    await assert.rejects(openRunFolder(workspace.path), /is not a run: it has no run\.json/);
    await assert.rejects(openRunFolder(workspace.file('missing')), /is not a run/);
    const run = await createRunFolder(workspace.path, 'a', now);
    await run.close();
    for (const [patch, words] of [
      [{ version: 2 }, /newer program\. Update/],
      [{ version: 1, status: 'sleeping' }, /"status" is "sleeping"/],
      [{ status: 'running', step: 'many' }, /"step" is not a number/],
      [{ step: 1, process: { pid: 'x' } }, /"process"/],
    ] as const) {
      await editRecord(run.path, patch);
      await assert.rejects(openRunFolder(run.path), words);
    }
    await writeFile(path.join(run.path, 'run.json'), '{"version": 1,');
    await assert.rejects(openRunFolder(run.path), /run\.json is damaged/);
  });
});

describe('finding the run that a person means', () => {
  const workspace = temporaryFolder();

  async function makeRun(id: string): Promise<string> {
    const folder = workspace.file(`.rat/runs/${id}`);
    await mkdir(folder, { recursive: true });
    await writeFile(path.join(folder, 'run.json'), '{}');
    return folder;
  }

  it('takes an id, the beginning of one, or a path', async () => {
    const older = await makeRun('20230101-000000-a-0001');
    const newer = await makeRun('20230102-000000-a-0002');
    for (const words of ['20230101-000000-a-0001', '20230101', '.rat/runs/20230101-000000-a-0001', older]) {
      assert.equal(await findRun(workspace.path, words), older);
    }
    assert.equal(await findRun(workspace.path, '20230102-'), newer);
  });

  it('takes a whole id even when another one begins with it', async () => {
    const short = await makeRun('20230101-000000-a-0001');
    await makeRun('20230101-000000-a-0001-copy');
    assert.equal(await findRun(workspace.path, '20230101-000000-a-0001'), short);
  });

  it('says which runs there are when none or several fit', async () => {
    await assert.rejects(findRun(workspace.path, 'x'), /There are no runs there/);
    await makeRun('20230101-000000-a-0001');
    await makeRun('20230102-000000-a-0002');
    await assert.rejects(findRun(workspace.path, '2023'), /fits 2 runs .*a-0002, .*a-0001\. Write more/);
    await assert.rejects(findRun(workspace.path, '2024'), /No run "2024" .*newest runs there: .*a-0002/);
    await assert.rejects(findRun(workspace.path, ''), /No run ""/);
  });
});
