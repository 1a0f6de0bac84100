import assert from 'node:assert/strict';
import type { RunEntry } from '../../../../extension/host/experiments/store/runEntry';
import { groupRuns } from '../../../../extension/host/experiments/tree/group';
import { TreeModel } from '../../../../extension/host/experiments/tree/treeModel';
import { runEntry } from './runFolders';

const named = (id: string, name: string) => runEntry(id, { name });
const nothing: ReadonlySet<string> = new Set();
const byName = (entries: readonly RunEntry[]) => groupRuns(entries, 'name', () => 'finished', new Date(0));

describe('The rows of the tree', () => {
  const a1 = named('1', 'a');
  const a2 = named('2', 'a');
  const b = named('3', 'b');

  it('are headings with their runs, and each run knows its heading', () => {
    const model = new TreeModel();
    assert.equal(model.arrange(byName([a1, b, a2]), false, nothing), 'all');
    const [first] = model.roots;
    assert.ok(first?.kind === 'group');
    assert.deepEqual(
      model.runsOf(first).map(run => run.runFolder),
      [a1.folder, a2.folder],
    );
    const row = model.find(a2.folder);
    assert.ok(row && model.parentOf(row) === first);
  });

  it('are drawn anew one by one while none comes, goes or moves', () => {
    const model = new TreeModel();
    model.arrange(byName([a1, b, a2]), false, nothing);
    const rows = model.arrange(byName([{ ...a1 }, b, a2]), false, new Set([a1.folder]));
    assert.deepEqual(rows, [model.roots[0], model.find(a1.folder)]);
  });

  it('stay the same objects, so that selection and focus stay', () => {
    const model = new TreeModel();
    model.arrange(byName([a1, b]), false, nothing);
    const [group, row] = [model.roots[0], model.find(b.folder)];
    assert.equal(model.arrange(byName([a1, a2, b]), false, new Set([a2.folder])), 'all');
    assert.ok(group === model.roots[0] && row === model.find(b.folder));
  });

  it('are all drawn anew when a run moves or goes', () => {
    const model = new TreeModel();
    model.arrange(byName([a1, a2]), false, nothing);
    assert.equal(model.arrange(byName([a2, a1]), false, nothing), 'all');
    assert.equal(model.arrange(byName([a2]), false, nothing), 'all');
    assert.equal(model.find(a1.folder), undefined);
  });

  it('are the runs themselves without grouping', () => {
    const model = new TreeModel();
    model.arrange(
      groupRuns([b, a1], 'none', () => 'finished', new Date(0)),
      true,
      nothing,
    );
    assert.deepEqual(
      model.roots.map(node => node.kind === 'run' && node.runFolder),
      [b.folder, a1.folder],
    );
    const [first] = model.roots;
    assert.ok(first && model.parentOf(first) === undefined);
  });

  it('open at first while they are few; of many only the first heading and those that train', () => {
    const many = Array.from({ length: 60 }, (_, index) => named(String(100 + index), `n${index}`));
    const model = new TreeModel();
    model.arrange(byName(many), false, nothing);
    const live = many[7]?.folder;
    const open = model.roots.filter(
      node => node.kind === 'group' && model.isOpenAtFirst(node, folder => folder === live),
    );
    assert.deepEqual(
      open.map(node => node.kind === 'group' && node.key),
      ['name:n0', 'name:n7'],
    );
    model.arrange(byName([a1, b]), false, nothing);
    assert.ok(model.roots.every(node => node.kind === 'group' && model.isOpenAtFirst(node, () => false)));
  });
});
