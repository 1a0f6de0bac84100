import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Writable } from 'node:stream';
import { parseConfig } from '../../../extension/contract/config';
import { preset } from '../../../extension/trainer/cli/commands/preset';

describe('preset', () => {
  let folder = '';
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'preset-'));
  });
  after(() => rm(folder, { recursive: true }));

  const printed = async (options: Parameters<typeof preset>[0]): Promise<string> => {
    let text = '';
    const stdout = new Writable({
      write(chunk, _encoding, done) {
        text += String(chunk);
        done();
      },
    });
    const io = {
      stdout,
      stderr: stdout,
      cwd: folder,
      argv: [],
      isTerminal: false,
      signal: new AbortController().signal,
    };
    assert.equal(await preset(options, io), 0);
    return text;
  };

  it('lists the published settings, one a line', async () => {
    const lines = (await printed({})).trimEnd().split('\n');
    assert.equal(lines.length, 51);
    assert.ok(lines.some(line => /^awp-rat-svhn-wide-resnet-34-10-l2 +TRADES-AWP \+ RAT, SVHN/.test(line)));
  });

  it('prints one as a config, or writes it to a new file', async () => {
    const name = 'trades-rat-cifar-10-wide-resnet-34-10-linf';
    const text = await printed({ name });
    assert.ok('config' in parseConfig(text, name));
    assert.equal((await printed({ name, out: 'x.rat.json' })).trim(), path.join(folder, 'x.rat.json'));
    assert.equal(await readFile(path.join(folder, 'x.rat.json'), 'utf8'), text);
    await assert.rejects(printed({ name, out: 'x.rat.json' }), /x\.rat\.json exists\. Name another file/);
  });

  it('names the nearest one', () =>
    assert.rejects(
      printed({ name: 'trades-rat-cifar-10-wide-resnet-34-10-l_inf' }),
      /there is none called .*Did you mean trades-rat-cifar-10-wide-resnet-34-10-linf\?/,
    ));
});
