import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { workplaceOf } from '../../../../extension/contract/engineWorkplace';
import { inWorkplace, putInPlace } from '../../../../extension/trainer/engine/tensorflow/install/workplace';

describe('What is not installed yet', () => {
  let into = '';

  beforeEach(async () => {
    into = await mkdtemp(path.join(tmpdir(), 'tensorflow-workplace-'));
  });
  afterEach(() => rm(into, { recursive: true }));

  /** Puts a package whose addon has this text into a folder's node_modules. @returns the addon */
  async function unpack(folder: string, text: string): Promise<string> {
    const addon = path.join(folder, 'node_modules', '@tensorflow', 'tfjs-node', 'lib', 'addon.node');
    await mkdir(path.dirname(addon), { recursive: true });
    await writeFile(addon, text);
    return addon;
  }

  it('is gone when the installation fails', async () => {
    const failing = inWorkplace(into, async workplace => {
      await unpack(workplace, 'half');
      throw new Error('the download broke off');
    });
    await assert.rejects(failing, /broke off/);
    assert.deepEqual(await readdir(into), []);
  });

  it('takes its place when it is whole, and that of an older one', async () => {
    for (const version of ['first', 'second']) {
      const addon = await inWorkplace(into, async workplace =>
        putInPlace(await unpack(workplace, version), '@tensorflow/tfjs-node', workplace, into),
      );
      assert.equal(await readFile(addon, 'utf8'), version);
      assert.deepEqual(await readdir(into), ['node_modules']);
    }
  });

  it('goes before the next installation where a process that has died left it', async () => {
    const dead = workplaceOf(into, 2 ** 30);
    const alive = workplaceOf(into, process.ppid);
    await unpack(dead, 'half');
    await unpack(alive, 'half');
    await inWorkplace(into, async () => {});
    assert.deepEqual(await readdir(into), [path.basename(alive)]);
  });
});
