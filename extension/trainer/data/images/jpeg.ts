import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import decode, { init } from '@jsquash/jpeg/decode.js';
import type { DecodedImage } from './decodedImage';

/** What MozJPEG told of the image that is being decoded. */
const complaints: string[] = [];

let ready: Promise<void> | undefined;

/** Told of files that other programs read without a word; everything else means damage. */
const harmless = /extraneous bytes/;

/**
 * Decodes a JPEG with MozJPEG (WebAssembly), whose arithmetic is that of libjpeg and so of PIL and torchvision. Orientation
 * tags are not followed, as there.
 * @throws Error saying what is wrong, also where the decoder would fill what is missing with grey
 */
export async function decodeJpeg(file: Uint8Array): Promise<DecodedImage> {
  ready ??= initialise();
  await ready;
  complaints.length = 0;
  const copy = new Uint8Array(file);
  let image: Awaited<ReturnType<typeof decode>>;
  try {
    image = await decode(copy.buffer);
  } catch (error) {
    throw new Error(complaints[0] ?? (error instanceof Error ? error.message : String(error)));
  }
  const damage = complaints.find(complaint => !harmless.test(complaint));
  if (damage !== undefined) throw new Error(damage);
  const { width, height, data } = image;
  return { width, height, channels: 4, data: new Uint8Array(data.buffer, data.byteOffset, data.byteLength) };
}

async function initialise(): Promise<void> {
  const wasm = await WebAssembly.compile(await readFile(wasmFile()));
  await init({
    instantiateWasm(imports: WebAssembly.Imports, use: (instance: WebAssembly.Instance) => void) {
      const instance = new WebAssembly.Instance(wasm, imports);
      use(instance);
      return instance.exports;
    },
    print: () => {},
    printErr: (text: string) => complaints.push(text),
  });
}

/** Beside the bundle, or in the package when the program runs from its sources. */
function wasmFile(): string {
  const name = 'mozjpeg_dec.wasm';
  const found = [__dirname, path.join(process.cwd(), 'dist')]
    .map(folder => path.join(folder, name))
    .find(existsSync);
  return found ?? createRequire(path.join(process.cwd(), 'x.js')).resolve(`@jsquash/jpeg/codec/dec/${name}`);
}
