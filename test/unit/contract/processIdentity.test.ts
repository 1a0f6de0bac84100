import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { isProcessAlive, ownIdentity } from '../../../extension/contract/processIdentity';

/** The id of a process that has run and ended. */
async function endedProcess(): Promise<number> {
  const child = spawn(process.execPath, ['-e', '']);
  const pid = child.pid ?? 0;
  await once(child, 'exit');
  return pid;
}

describe('identity of the process that writes a run', () => {
  it('says that this process is alive', () => {
    assert.equal(ownIdentity().pid, process.pid);
    assert.ok(isProcessAlive(ownIdentity()));
  });

  it('says that an ended process is dead', async () => {
    const pid = await endedProcess();
    assert.ok(!isProcessAlive({ ...ownIdentity(), pid }));
    assert.ok(!isProcessAlive({ pid, startedAt: new Date().toISOString() }));
  });

  it('does not take another process of the same id for the trainer', () => {
    const { pid } = ownIdentity();
    assert.ok(!isProcessAlive({ pid, startedAt: 'boot 00000000-0000-0000-0000-000000000000 tick 1' }));
    assert.ok(!isProcessAlive({ pid, startedAt: '1999-01-01T00:00:00.000Z' }), 'started before the machine');
  });

  it('goes by the id where only the time of the start is known', () => {
    assert.ok(isProcessAlive({ pid: process.pid, startedAt: new Date().toISOString() }));
  });

  it('never asks about process groups, which ids below one mean', () => {
    for (const pid of [0, -1, -process.pid, 1.5, Number.NaN]) {
      assert.ok(!isProcessAlive({ pid, startedAt: new Date().toISOString() }));
    }
  });
});
