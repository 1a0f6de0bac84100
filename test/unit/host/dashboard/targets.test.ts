import assert from 'node:assert/strict';
import path from 'node:path';
import {
  savedFolder,
  savedFolders,
  targetFolder,
  targetFolders,
} from '../../../../extension/host/dashboard/targets';

const a = path.resolve('/runs/a');
const b = path.resolve('/runs/b');

describe('which runs a command is for', () => {
  it('is a path, or a row of the sidebar', () => {
    assert.equal(targetFolder(a), a);
    assert.equal(targetFolder({ runFolder: a }), a);
    assert.equal(targetFolder(undefined), undefined);
    assert.equal(targetFolder({ label: 'a group' }), undefined);
  });

  it('is all selected rows, each once', () => {
    assert.deepEqual(
      targetFolders({ runFolder: a }, [{ runFolder: a }, { runFolder: b }, { runFolder: a }]),
      [a, b],
    );
    assert.deepEqual(targetFolders([a, b], undefined), [a, b]);
    assert.equal(targetFolders(undefined, undefined), undefined);
  });

  it('is what a panel kept over a reload, if that makes sense', () => {
    assert.equal(savedFolder({ runFolder: a, view: {} }), a);
    assert.equal(savedFolder({ runFolder: 'relative' }), undefined);
    assert.equal(savedFolder(null), undefined);
    assert.deepEqual(savedFolders({ runFolders: [a, b] }), [a, b]);
    assert.equal(savedFolders({ runFolders: [a, 7] }), undefined);
    assert.equal(savedFolders({ runFolders: [] }), undefined);
  });
});
