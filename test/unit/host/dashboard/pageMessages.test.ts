import assert from 'node:assert/strict';
import { readCompareCall, readDashboardCall } from '../../../../extension/host/dashboard/pageMessages';

const picture = { name: 'run-loss.png', kind: 'png', content: new Uint8Array(3) };

describe('messages from a page', () => {
  it('are taken when they are calls the page may make', () => {
    assert.deepEqual(readDashboardCall({ method: 'pause' }), { method: 'pause' });
    assert.equal(readDashboardCall({ method: 'saveFile', argument: picture })?.method, 'saveFile');
    assert.equal(readDashboardCall({ method: 'viewState', argument: { board: {} } })?.method, 'viewState');
    assert.equal(readCompareCall({ method: 'openDashboard', argument: '/runs/a' })?.method, 'openDashboard');
  });

  it('are dropped when they are anything else', () => {
    for (const message of [
      undefined,
      null,
      'pause',
      [],
      {},
      { method: 'format' },
      { method: 'constructor' },
      { method: 'pause', argument: 1 },
      { method: 'viewState', argument: 'text' },
      { method: 'viewState', argument: { text: 'x'.repeat(200_000) } },
    ]) {
      assert.equal(readDashboardCall(message), undefined, JSON.stringify(message)?.slice(0, 60));
    }
    assert.equal(readCompareCall({ method: 'stop' }), undefined, 'the compare page stops no run');
  });

  it('name no folder when they propose a file', () => {
    for (const name of ['../../.bashrc', 'a/b.png', 'c:\\x.png', '']) {
      const argument = { ...picture, name };
      assert.equal(readDashboardCall({ method: 'saveFile', argument }), undefined, name);
    }
    assert.equal(readDashboardCall({ method: 'saveFile', argument: { ...picture, kind: 'exe' } }), undefined);
    assert.equal(
      readDashboardCall({ method: 'saveFile', argument: { ...picture, content: 'text' } }),
      undefined,
    );
  });
});
