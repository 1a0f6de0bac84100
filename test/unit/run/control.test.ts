import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { RunEvent } from '../../../extension/contract/events';
import { launchTrainer } from '../../../extension/host/runs/launchTrainer';
import { loadCheckpoint } from '../../../extension/trainer/checkpoint/checkpointStore';
import {
  connectTo,
  eventsIn,
  killTrainerOf,
  listenTo,
  recordOf,
  startTinyRun,
  trainerGone,
  writeTinyRun,
} from '../support/liveTrainer';

describe('controlling a run', () => {
  let folder: string;
  const started: string[] = [];

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'rat-control-'));
  });

  afterEach(async () => {
    for (const run of started.splice(0)) await killTrainerOf(run);
    await rm(folder, { recursive: true, force: true });
  });

  async function start(changes: Record<string, unknown> = {}, place = folder): Promise<string> {
    const run = await startTinyRun(place, changes);
    started.push(run);
    return run;
  }

  const isStep = (event: RunEvent) => event.type === 'step';

  it('tells two windows the same, each from where the file leaves off for it', async () => {
    const run = await start();
    const first = await connectTo(run);
    const toFirst = listenTo(first);
    const early = await first.control.subscribe();
    await toFirst.next(isStep);
    const second = await connectTo(run);
    const toSecond = listenTo(second);
    const late = await second.control.subscribe();
    await toSecond.next(isStep);
    await second.control.stop();
    await Promise.all([toFirst.closed, toSecond.closed]);
    const bytes = await readFile(path.join(run, 'metrics.jsonl'));
    for (const [{ metricsBytes }, { events }] of [
      [early, toFirst],
      [late, toSecond],
    ] as const) {
      const behind = bytes.subarray(metricsBytes).toString('utf8');
      assert.equal(events.map(event => `${JSON.stringify(event)}\n`).join(''), behind);
    }
    assert.equal(toFirst.events.at(-1)?.type, 'ended');
  });

  for (const workers of [1, 2]) {
    it(`stands still while paused, even during an evaluation, and ends with the weights of a run that never was, with ${workers} ${workers === 1 ? 'worker' : 'workers'}`, async () => {
      const changes = {
        epochs: 3,
        compute: { engine: 'wasm', workers, logEverySteps: 1 },
        evaluation: { everyEpochs: 1, examples: 20, steps: 1, final: { examples: 20, steps: 1 } },
      };
      const runs = [];
      for (const isPaused of [false, true]) {
        const place = path.join(folder, String(isPaused));
        await mkdir(place);
        const run = await start(changes, place);
        runs.push(run);
        const { control, onClose } = await connectTo(run);
        const ended = new Promise<void>(resolve => onClose(resolve));
        // An answered subscription means that everything told is on disk.
        const stepsOnDisk = async () => {
          assert.ok((await control.subscribe()).paused);
          return (await eventsIn(run)).filter(isStep).length;
        };
        const standsStill = () =>
          control.pause().then(
            () => true,
            () => false,
          );
        let pauses = 0;
        while (isPaused && (await standsStill())) {
          const steps = await stepsOnDisk();
          for (let i = 0; i < 3; i++) await control.checkpoint();
          assert.equal(await stepsOnDisk(), steps);
          pauses++;
          await control.resume();
        }
        assert.ok(pauses > 0 || !isPaused);
        await ended;
        assert.equal((await recordOf(run)).status, 'finished');
      }
      const [never, paused] = await Promise.all(
        runs.map(run => loadCheckpoint(path.join(run, 'checkpoints'), 'last')),
      );
      assert.ok(never && paused && never.weights.size > 0);
      for (const [name, array] of never.weights) {
        assert.deepEqual(paused.weights.get(name), array, name);
      }
    });
  }

  it('counts no time for a pause', async () => {
    const run = await start();
    const connection = await connectTo(run);
    const told = listenTo(connection);
    await connection.control.subscribe();
    await told.next(isStep);
    await connection.control.pause();
    await connection.control.checkpoint();
    const before = (await recordOf(run)).seconds;
    for (let i = 0; i < 10; i++) await connection.control.checkpoint();
    assert.equal((await recordOf(run)).seconds, before);
    await connection.control.stop();
  });

  it('saves a checkpoint on request and answers when it is on disk', async () => {
    const run = await start({
      checkpoint: { everySteps: 0, everyMinutes: 0 },
      evaluation: { everyEpochs: 1000 },
      batchSize: 1,
    });
    const connection = await connectTo(run);
    const told = listenTo(connection);
    await connection.control.subscribe();
    await told.next(isStep);
    await connection.control.checkpoint();
    const { step } = JSON.parse(await readFile(path.join(run, 'checkpoints/last.state.json'), 'utf8'));
    assert.ok(step > 0);
    await connection.control.stop();
  });

  it('stops with a checkpoint of the last step, says so to whoever asked, and takes its socket away', async () => {
    const run = await start();
    const { control: address = '' } = await recordOf(run);
    assert.ok(process.platform === 'win32' || existsSync(address));
    const connection = await connectTo(run);
    const told = listenTo(connection);
    await connection.control.subscribe();
    await told.next(isStep);
    await connection.control.stop();
    const { step } = JSON.parse(await readFile(path.join(run, 'checkpoints/last.state.json'), 'utf8'));
    const record = await recordOf(run);
    assert.deepEqual(
      [record.status, record.step, record.control, record.process],
      ['stopped', step, undefined, undefined],
    );
    await told.closed;
    await trainerGone(run);
    assert.ok(!existsSync(address));
  });

  it('still obeys SIGTERM while paused', async () => {
    const run = await start();
    const connection = await connectTo(run);
    const told = listenTo(connection);
    await connection.control.subscribe();
    await told.next(isStep);
    await connection.control.pause();
    process.kill((await recordOf(run)).process?.pid ?? 0, 'SIGTERM');
    await told.closed;
    assert.equal((await recordOf(run)).status, 'stopped');
  });

  it('hangs up on whoever does not speak the protocol, and trains on', async () => {
    const run = await start();
    const { control: address = '' } = await recordOf(run);
    const stranger = connect(address);
    stranger.on('error', () => {});
    stranger.write('GET / HTTP/1.1\r\n\r\n');
    await once(stranger, 'close');
    const connection = await connectTo(run);
    const told = listenTo(connection);
    await connection.control.subscribe();
    await told.next(isStep);
    await connection.control.stop();
    assert.equal((await recordOf(run)).status, 'stopped');
  });

  it('trains without a line to the editor where no socket can be made, and warns', async () => {
    const launch = await writeTinyRun(folder, { epochs: 1 });
    const noFolder = path.join(folder, 'not-a-folder');
    await writeFile(noFolder, '');
    const { runFolder } = await launchTrainer(
      { ...launch, node: { ...launch.node, environment: { TMPDIR: noFolder, TEMP: noFolder } } },
      new AbortController().signal,
    );
    started.push(runFolder);
    await trainerGone(runFolder);
    const record = await recordOf(runFolder);
    assert.deepEqual([record.status, record.control], ['finished', undefined]);
    const warnings = (await eventsIn(runFolder)).filter(
      event => event.type === 'message' && event.level === 'warning',
    );
    assert.match(JSON.stringify(warnings), /not pause it.*not-a-folder/);
  });

  it('writes into the log how a session began and ended', async () => {
    const run = await start({ epochs: 1 });
    await trainerGone(run);
    const log = await readFile(path.join(run, 'log.txt'), 'utf8');
    assert.match(log, /started at step 0 on wasm/);
    assert.match(log, /finished at step 6/);
    assert.deepEqual(await readdir(path.join(folder, '.rat')), ['.gitignore', 'runs']);
  });
});
