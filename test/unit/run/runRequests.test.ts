import assert from 'node:assert/strict';
import { RunRequests } from '../../../extension/trainer/run/control/runRequests';
import { mostPending, Subscriber } from '../../../extension/trainer/run/control/subscriber';

const event = { type: 'message', level: 'info', text: '', step: 1, epoch: 0, time: '' } as const;

describe('requests to a run', () => {
  const noStop = new AbortController().signal;
  const save = async () => {};

  it('are answered when the run has ended, whatever it was still asked for', async () => {
    const requests = new RunRequests(noStop, () => {});
    const [stop, pause, checkpoint] = [requests.stop(), requests.pause(), requests.checkpoint()];
    requests.end();
    await stop;
    await assert.rejects(pause, /has ended/);
    await assert.rejects(checkpoint, /has ended/);
    await assert.rejects(requests.checkpoint(), /has ended/);
  });

  it('for a checkpoint fail with the reason why it could not be saved, which also ends the run', async () => {
    const requests = new RunRequests(noStop, () => {});
    const checkpoint = requests.checkpoint();
    const full = async () => {
      throw new Error('the disk is full');
    };
    const heeded = requests.heed(full);
    await assert.rejects(checkpoint, /disk is full/);
    await assert.rejects(heeded, /disk is full/);
  });

  it('to pause are told once, and the time is counted', async () => {
    const told: boolean[] = [];
    const requests = new RunRequests(noStop, isPaused => told.push(isPaused));
    const pauses = [requests.pause(), requests.pause()];
    const heeded = requests.heed(save);
    await Promise.all(pauses);
    await requests.checkpoint();
    assert.deepEqual([told, requests.paused], [[true], true]);
    requests.resume();
    await heeded;
    assert.deepEqual([told, requests.paused], [[true, false], false]);
    assert.ok(requests.pausedSeconds > 0);
  });

  it('to go on that come before the pause began take the pause back', async () => {
    const told: boolean[] = [];
    const requests = new RunRequests(noStop, isPaused => told.push(isPaused));
    const pause = requests.pause();
    requests.resume();
    await Promise.all([pause, requests.heed(save)]);
    assert.deepEqual(told, []);
  });
});

describe('a window that watches a run', () => {
  it('is dropped when it does not read, and nothing is kept for it', async () => {
    let sent = 0;
    const dropped = new Promise<void>(resolve => {
      const subscriber = new Subscriber({
        sendEvents: () => {
          sent++;
          // Taken only when the run tells no more.
          for (let i = 0; i <= mostPending; i++) subscriber.tell(event);
          return new Promise(() => {});
        },
        sendPaused: async () => {},
        drop: resolve,
      });
      subscriber.subscribe();
      subscriber.release();
      subscriber.tell(event);
    });
    await dropped;
    assert.equal(sent, 1);
  });

  it('gets the events of a fifth of a second together', async () => {
    const batches: number[] = [];
    const both = new Promise<void>(resolve => {
      const subscriber = new Subscriber({
        sendEvents: async batch => {
          batches.push(batch.length);
          if (batches.length === 1) for (let i = 0; i < 500; i++) subscriber.tell(event);
          else resolve();
        },
        sendPaused: async () => {},
        drop: () => {},
      });
      subscriber.subscribe();
      subscriber.tell(event);
      subscriber.release();
    });
    await both;
    assert.deepEqual(batches, [1, 500]);
  });
});
