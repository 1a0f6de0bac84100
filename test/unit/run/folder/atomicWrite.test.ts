import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { writeFileAtomic } from '../../../../extension/trainer/run/folder/atomicWrite';
import { FileWriteError } from '../../../../extension/trainer/run/folder/fileErrors';
import {
  diskOperations,
  type FileOperations,
  retryWhileInUse,
} from '../../../../extension/trainer/run/folder/fileOperations';
import { temporaryFolder } from './temporaryFolder';

function failure(code: string): Error {
  return Object.assign(new Error(`${code}: write`), { code, syscall: 'write' });
}

/** A disk that takes the first half of what is written and then reports the error. */
function failingHalfway(code: string): FileOperations {
  return {
    ...diskOperations,
    async write(path, [chunk = new Uint8Array()]) {
      await writeFile(path, chunk.subarray(0, chunk.byteLength / 2));
      throw failure(code);
    },
  };
}

describe('replacing a file atomically', () => {
  const folder = temporaryFolder();

  it('writes text, bytes and pieces of bytes, over an older and longer file too', async () => {
    const file = folder.file('a.bin');
    await writeFileAtomic(file, 'a longer text with an umlaut: ü');
    assert.equal(await readFile(file, 'utf8'), 'a longer text with an umlaut: ü');
    await writeFileAtomic(file, new Uint8Array([1, 2]));
    assert.deepEqual([...(await readFile(file))], [1, 2]);
    await writeFileAtomic(file, [new Uint8Array([1]), new Uint8Array(0), new Uint8Array([2, 3])]);
    assert.deepEqual([...(await readFile(file))], [1, 2, 3]);
    assert.deepEqual(await readdir(folder.path), ['a.bin']);
  });

  it('keeps the old content and no half-written file when the disk is full, and says so', async () => {
    const file = folder.file('run.json');
    await writeFile(file, 'old');
    await assert.rejects(writeFileAtomic(file, 'new content', failingHalfway('ENOSPC')), error => {
      assert.ok(error instanceof FileWriteError);
      assert.equal(error.code, 'ENOSPC');
      assert.ok(error.message.includes(file));
      assert.match(error.message, /the disk is full/);
      return true;
    });
    assert.equal(await readFile(file, 'utf8'), 'old');
    assert.deepEqual(await readdir(folder.path), ['run.json']);
  });

  it('says in words what else keeps it from writing', async () => {
    for (const [code, words] of [
      ['EACCES', /permission denied/],
      ['EROFS', /read-only/],
      ['EDQUOT', /quota/],
    ] as const) {
      await assert.rejects(writeFileAtomic(folder.file('x'), 'new', failingHalfway(code)), words);
    }
    await assert.rejects(writeFileAtomic(folder.file('missing/x'), 'new'), /folder does not exist/);
    await mkdir(folder.file('taken'));
    await assert.rejects(writeFileAtomic(folder.file('taken'), 'new'), /there is a folder of that name/);
    assert.deepEqual(await readdir(folder.path), ['taken']);
  });

  it('lets writers of one file overlap: the file is always one of the contents', async () => {
    const file = folder.file('a.txt');
    const contents = Array.from({ length: 20 }, (_, index) => String(index).repeat(2000));
    await Promise.all(contents.map(content => writeFileAtomic(file, content)));
    assert.ok(contents.includes(await readFile(file, 'utf8')));
    assert.deepEqual(await readdir(folder.path), ['a.txt']);
  });
});

describe('a file that another program holds open for a moment', () => {
  it('is tried again, and given up with the reason', async () => {
    let refusals = 2;
    let calls = 0;
    const refuse = async () => {
      calls += 1;
      if (refusals-- > 0) throw failure('EPERM');
    };
    await retryWhileInUse(refuse, [0, 0, 0]);
    assert.equal(calls, 3);
    refusals = 4;
    await assert.rejects(retryWhileInUse(refuse, [0, 0, 0]), /EPERM/);
  });

  it('is not tried again when the disk is full', async () => {
    let calls = 0;
    await assert.rejects(
      retryWhileInUse(async () => {
        calls += 1;
        throw failure('ENOSPC');
      }),
    );
    assert.equal(calls, 1);
  });
});
