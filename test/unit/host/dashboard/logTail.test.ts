import assert from 'node:assert/strict';
import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { LogTail } from '../../../../extension/host/dashboard/logTail';

describe('following log.txt', () => {
  let folder = '';
  let file = '';
  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'randomized-at-log-'));
    file = path.join(folder, 'log.txt');
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('is empty until there is a log', async () => {
    const tail = new LogTail(file);
    assert.equal(await tail.start(), '');
    await writeFile(file, 'first\n');
    assert.equal(await tail.more(), 'first\n');
  });

  it('tells each line once', async () => {
    await writeFile(file, 'one\ntwo\n');
    const tail = new LogTail(file);
    assert.equal(await tail.start(), 'one\ntwo\n');
    assert.equal(await tail.more(), '');
    await appendFile(file, 'three\n');
    assert.equal(await tail.more(), 'three\n');
  });

  it('does not tear a letter that was half written', async () => {
    const [letter0 = 0, letter1 = 0] = Buffer.from('ß');
    await writeFile(file, Buffer.from([letter0]));
    const tail = new LogTail(file);
    const begun = await tail.start();
    await appendFile(file, Buffer.from([letter1, 10]));
    assert.equal(begun + (await tail.more()), 'ß\n');
  });

  it('begins a long log with a whole line near its end', async () => {
    const lines = Array.from({ length: 20_000 }, (_, i) => `line ${i}`);
    await writeFile(file, `${lines.join('\n')}\n`);
    const shown = (await new LogTail(file).start()).split('\n');
    assert.match(shown[0] ?? '', /^line \d+$/);
    assert.deepEqual(shown.slice(-2), ['line 19999', '']);
    assert.ok(shown.length < 10_000);
  });

  it('starts over when the log was replaced by a shorter one', async () => {
    await writeFile(file, 'a long first log\n');
    const tail = new LogTail(file);
    await tail.start();
    await writeFile(file, 'new\n');
    assert.equal(await tail.more(), 'new\n');
  });
});
