import { createReadStream } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { setTimeout } from 'node:timers/promises';
import type { OfficialFile } from '../../../contract/datasets';
import { DataError } from '../dataError';
import type { GetOptions } from './getDataset';
import { arrivedBytes, digestOfFile, partOf } from './partialFile';

type Options = Pick<GetOptions, 'signal' | 'progress'>;

/** A server that sends nothing for so long has gone. */
const silence = 60_000;

/** Waits before a broken connection is tried again. */
const pauses = [1000, 5000];

/**
 * Fetches one file and puts it in its place once its length and checksum are right. What arrives is kept as `<target>.part`, and
 * a later call asks for the rest alone.
 * @param source a local path or an address
 * @throws DataError naming both
 */
export async function fetchFile(
  file: OfficialFile,
  target: string,
  source: string,
  options: Options,
): Promise<void> {
  if (arrivedBytes(target) < file.bytes) await transfer(file, target, source, options);
  await verify(file, target, source);
  await rename(partOf(target), target);
}

async function transfer(file: OfficialFile, target: string, source: string, options: Options): Promise<void> {
  const isAddress = /^https?:\/\//.test(source);
  for (let attempt = 0; ; attempt++) {
    try {
      await (isAddress ? download(file, target, source, options) : copy(file, target, source, options));
      return;
    } catch (error) {
      options.signal.throwIfAborted();
      const pause = pauses[attempt];
      if (error instanceof DataError || !isAddress || pause === undefined)
        throw explained(error, target, source);
      await setTimeout(pause, undefined, { signal: options.signal });
    }
  }
}

function explained(error: unknown, target: string, source: string): DataError {
  if (error instanceof DataError) return error;
  const cause = error instanceof Error && error.cause instanceof Error ? `: ${error.cause.message}` : '';
  const reason = `${error instanceof Error ? error.message : String(error)}${cause}`;
  const kept = arrivedBytes(target);
  return new DataError(
    `${source}: the transfer failed (${reason}). ${kept > 0 ? `${kept} bytes are kept; the same command goes on from there. ` : ''}` +
      'Where the address cannot be reached, give a mirror or a folder with --from.',
  );
}

async function download(
  file: OfficialFile,
  target: string,
  address: string,
  { signal, progress }: Options,
): Promise<void> {
  const have = arrivedBytes(target);
  const quiet = new AbortController();
  let timer = globalThis.setTimeout(() => quiet.abort(new Error('the server is silent')), silence);
  try {
    const response = await fetch(address, {
      headers: have > 0 ? { Range: `bytes=${have}-` } : {},
      signal: AbortSignal.any([signal, quiet.signal]),
    });
    if (!response.ok || !response.body) {
      throw new DataError(
        `${address}: the server answers ${response.status} ${response.statusText}. Give a mirror or a folder with --from.`,
      );
    }
    // A server that does not know ranges sends the whole file again.
    const from = response.status === 206 ? have : 0;
    const body = Readable.fromWeb(response.body as import('node:stream/web').ReadableStream<Uint8Array>);
    await receive(body, file, target, from, told => {
      clearTimeout(timer);
      timer = globalThis.setTimeout(() => quiet.abort(new Error('the server is silent')), silence);
      progress(told);
    });
  } finally {
    clearTimeout(timer);
  }
}

async function copy(
  file: OfficialFile,
  target: string,
  source: string,
  { progress, signal }: Options,
): Promise<void> {
  signal.throwIfAborted();
  await receive(createReadStream(source, { highWaterMark: 1 << 20 }), file, target, 0, progress);
}

/** Every chunk is written before the next is taken, so that what has arrived is kept however the transfer ends. */
async function receive(
  body: Readable,
  file: OfficialFile,
  target: string,
  from: number,
  progress: GetOptions['progress'],
): Promise<void> {
  let bytes = from;
  const part = await open(partOf(target), from > 0 ? 'a' : 'w');
  try {
    for await (const chunk of body as AsyncIterable<Uint8Array>) {
      bytes += chunk.length;
      if (bytes > file.bytes) {
        throw new DataError(`${file.name} is longer than the ${file.bytes} bytes of the official file.`);
      }
      await part.write(chunk);
      progress({ file: file.name, bytes, totalBytes: file.bytes });
    }
  } finally {
    await part.close();
  }
  if (bytes < file.bytes) throw new Error(`the connection ended after ${bytes} of ${file.bytes} bytes`);
}

/** A file that is not the official one is removed: what would follow it could not mend it. */
async function verify(file: OfficialFile, target: string, source: string): Promise<void> {
  const found = await digestOfFile(partOf(target));
  if (found === file.sha256) return;
  await rm(partOf(target), { force: true });
  throw new DataError(
    `${source}: not the official ${file.name}: its SHA-256 is ${found}, expected ${file.sha256}. ` +
      'The file was removed; get it again, or from another place with --from.',
  );
}
