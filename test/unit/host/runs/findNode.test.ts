import assert from 'node:assert/strict';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { findNode } from '../../../../extension/host/runs/findNode';

describe('the program that runs the trainer', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'rat-node-'));
  });

  afterEach(() => rm(folder, { recursive: true, force: true }));

  /** A program that says it is this version of Node. */
  async function fakeNode(place: string, version: string): Promise<string> {
    const file = path.join(folder, place, 'node');
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, `#!/bin/sh\necho v${version}\n`);
    await chmod(file, 0o755);
    return file;
  }

  const editor = { path: '/editor', version: '22.15.1', electron: true };
  const searchPath = (...places: string[]) =>
    ['relative', ...places.map(place => path.join(folder, place))].join(path.delimiter);

  it('is the one of the setting before any other', async () => {
    const chosen = await fakeNode('chosen', '20.19.0');
    await fakeNode('bin', '24.1.0');
    const found = await findNode({ setting: chosen, searchPath: searchPath('bin'), editor });
    assert.deepEqual(found, { path: chosen, environment: {}, version: '20.19.0' });
  });

  it('is otherwise the first on the PATH', async () => {
    const first = await fakeNode('first', '22.2.0');
    await fakeNode('second', '24.1.0');
    const found = await findNode({ setting: '', searchPath: searchPath('none', 'first', 'second'), editor });
    assert.equal(found.path, first);
  });

  it("is the editor's own where the PATH has none, or one that is too old", async () => {
    await fakeNode('old', '18.20.4');
    for (const places of [searchPath(), searchPath('old')]) {
      const found = await findNode({ setting: '', searchPath: places, editor });
      assert.deepEqual(found, {
        path: '/editor',
        environment: { ELECTRON_RUN_AS_NODE: '1' },
        version: '22.15.1',
      });
    }
  });

  it("is the editor's own where that is a real and fast Node, and the PATH has an older one", async () => {
    await fakeNode('old', '20.19.0');
    const find = (version: string, electron: boolean) =>
      findNode({
        setting: '',
        searchPath: searchPath('old'),
        editor: { path: '/editor', version, electron },
      });
    assert.deepEqual(await find('24.2.0', false), { path: '/editor', environment: {}, version: '24.2.0' });
    assert.equal((await find('24.2.0', true)).version, '20.19.0');
    assert.equal((await find('22.2.0', false)).version, '20.19.0');
  });

  it('is refused with what was found and what to do', async () => {
    const old = await fakeNode('old', '20.9.0');
    const find = (setting: string) =>
      findNode({ setting, searchPath: searchPath('old'), editor: { ...editor, version: '18.0.0' } });
    await assert.rejects(find(old), {
      name: 'NodeNotFound',
      message: /nodePath.*20\.9\.0.*20\.19\.0 or later/,
    });
    await assert.rejects(find(path.join(folder, 'missing')), { name: 'NodeNotFound', message: /not a Node/ });
    await assert.rejects(find(''), {
      name: 'NodeNotFound',
      message: /old\/node is Node 20\.9\.0.*18\.0\.0.*nodejs\.org/,
    });
  });

  it('may be installed after a first look', async () => {
    const setting = path.join(folder, 'later/node');
    await assert.rejects(findNode({ setting, searchPath: '', editor }));
    await fakeNode('later', '22.0.0');
    assert.equal((await findNode({ setting, searchPath: '', editor })).version, '22.0.0');
  });
});
