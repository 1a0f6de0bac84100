import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { OfficialFile } from '../../../extension/contract/datasets';
import { fetchFile } from '../../../extension/trainer/data/get/fetchFile';
import { getDataset } from '../../../extension/trainer/data/get/getDataset';
import { integers } from '../../../extension/trainer/random/draws';
import { rootKey } from '../../../extension/trainer/random/key';
import { withFolder } from './idxFiles';

const content = Uint8Array.from(integers(rootKey(3), 300_000, 256));
const file: OfficialFile = {
  name: 'images.bin',
  url: 'unused',
  bytes: content.length,
  sha256: createHash('sha256').update(content).digest('hex'),
};
const quiet = { signal: new AbortController().signal, progress: () => {} };

/** A server that answers as told, for one test. */
async function withServer(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
  use: (address: string) => Promise<void>,
): Promise<void> {
  const server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}/images.bin`);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

/** Sends what a range asks for, as servers of files do. */
function serve(request: IncomingMessage, response: ServerResponse): void {
  const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
  response.writeHead(from > 0 ? 206 : 200);
  response.end(content.subarray(from));
}

describe('A dataset’s file', () => {
  it('is fetched, verified, and its arrival told', () =>
    withFolder(async folder => {
      const target = join(folder, 'images.bin');
      const told: number[] = [];
      await withServer(serve, address =>
        fetchFile(file, target, address, { ...quiet, progress: ({ bytes }) => told.push(bytes) }),
      );
      assert.ok(Buffer.from(content).equals(await readFile(target)));
      assert.equal(told.at(-1), content.length);
      assert.deepEqual(
        told,
        told.toSorted((a, b) => a - b),
      );
    }));

  it('goes on where an interrupted transfer ended, with the same bytes, also from a server without ranges', () =>
    withFolder(async folder => {
      for (const knowsRanges of [true, false]) {
        const target = join(folder, `${knowsRanges}.bin`);
        const stop = new AbortController();
        const stopAt = {
          signal: stop.signal,
          progress: ({ bytes }: { readonly bytes: number }) => {
            if (bytes >= 100_000) stop.abort(new Error('stopped'));
          },
        };
        // The rest is held back until the transfer was stopped.
        await withServer(
          (_request, response) => {
            response.writeHead(200);
            response.write(content.subarray(0, 120_000));
          },
          async address => {
            await assert.rejects(fetchFile(file, target, address, stopAt));
          },
        );
        const kept = (await readFile(`${target}.part`)).length;
        assert.ok(kept > 0 && kept <= 120_000, `${kept}`);
        const asked: (string | undefined)[] = [];
        await withServer(
          (request, response) => {
            asked.push(request.headers.range);
            if (knowsRanges) serve(request, response);
            else response.end(content);
          },
          address => fetchFile(file, target, address, quiet),
        );
        assert.deepEqual(asked, [`bytes=${kept}-`]);
        assert.ok(Buffer.from(content).equals(await readFile(target)));
      }
    }));

  it('is refused, and removed, when it is not the official one', () =>
    withFolder(async folder => {
      const target = join(folder, 'images.bin');
      const other = Uint8Array.from(content);
      other[7] = 255 - (other[7] ?? 0);
      await withServer(
        (_request, response) => response.end(other),
        async address => {
          await assert.rejects(
            fetchFile(file, target, address, quiet),
            /not the official images\.bin: its SHA-256 is [0-9a-f]{64}, expected [0-9a-f]{64}/,
          );
        },
      );
      await assert.rejects(readFile(`${target}.part`));
      await withServer(
        (_request, response) => response.end(Buffer.concat([content, content])),
        async address => {
          await assert.rejects(fetchFile(file, target, address, quiet), /longer than the 300000 bytes/);
        },
      );
    }));

  it('that a server has not is told with its answer and the way around', () =>
    withFolder(folder =>
      withServer(
        (_request, response) => response.writeHead(404).end(),
        async address => {
          await assert.rejects(
            fetchFile(file, join(folder, 'x'), address, quiet),
            /images\.bin: the server answers 404 Not Found\. Give a mirror or a folder with --from/,
          );
        },
      ),
    ));
});

describe('Getting a dataset', () => {
  const options = (to: string, from: string) => ({ to, from, ...quiet });

  it('never goes into a repository', () =>
    withFolder(async folder => {
      await mkdir(join(folder, '.git'));
      await assert.rejects(
        getDataset('cifar-10', options(join(folder, 'data', 'cifar'), folder)),
        /data.cifar lies in the repository .*\. Datasets do not go into a repository.*--to/,
      );
    }));

  it('from a folder or file that is no mirror says what is missing', () =>
    withFolder(async folder => {
      const to = join(folder, 'to');
      await assert.rejects(getDataset('svhn', options(to, folder)), /train_32x32\.mat is not in this folder/);
      await assert.rejects(
        getDataset('svhn', options(to, join(folder, 'no'))),
        /there is no such folder or file/,
      );
      const one = join(folder, 'one.mat');
      await writeFile(one, 'x');
      await assert.rejects(getDataset('svhn', options(to, one)), /one file, but the dataset has 2/);
      await assert.rejects(
        getDataset('cifar-100', options(to, one)),
        /not the official cifar-100-binary\.tar\.gz|ended after 1 of/,
      );
    }));

  it('needs nothing where the dataset comes with the program', () =>
    withFolder(async folder => {
      assert.deepEqual(await getDataset('mnist', options(join(folder, 'x'), folder)), {
        files: [],
        fetched: false,
      });
    }));
});
