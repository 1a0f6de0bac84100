import { deflateSync, gzipSync } from 'node:zlib';

/** A POSIX ustar archive of regular files. */
export function tarBytes(files: Readonly<Record<string, Uint8Array>>): Uint8Array {
  const blocks: Uint8Array[] = [];
  for (const [name, data] of Object.entries(files)) {
    const header = Buffer.alloc(512);
    header.write(name, 0);
    header.write('0000644\0', 100);
    header.write(`${data.length.toString(8).padStart(11, '0')}\0`, 124);
    header.write('        ', 148);
    header.write('0', 156);
    header.write('ustar\x0000', 257, 'latin1');
    const sum = header.reduce((total, byte) => total + byte, 0);
    header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
    const padded = Buffer.alloc(Math.ceil(data.length / 512) * 512);
    padded.set(data);
    blocks.push(header, padded);
  }
  return Buffer.concat([...blocks, Buffer.alloc(1024)]);
}

export const tarGz = (files: Readonly<Record<string, Uint8Array>>): Uint8Array => gzipSync(tarBytes(files));

export interface MatVariable {
  readonly name: string;
  readonly shape: readonly number[];
  /** Bytes make an array of uint8, numbers one of double. */
  readonly data: Uint8Array | readonly number[];
}

/** A MATLAB level 5 file; `compressed`: every array by zlib, as SVHN's are. */
export function matBytes(variables: readonly MatVariable[], { compressed = true } = {}): Uint8Array {
  const header = Buffer.alloc(128, ' ');
  header.write('MATLAB 5.0 MAT-file, made by a test');
  header.writeUInt16LE(0x0100, 124);
  header.write('IM', 126);
  const elements = variables.map(variable => {
    const matrix = element(14, matrixBytes(variable));
    if (!compressed) return matrix;
    const packed = deflateSync(matrix);
    const tag = Buffer.alloc(8);
    tag.writeUInt32LE(15, 0);
    tag.writeUInt32LE(packed.length, 4);
    return Buffer.concat([tag, packed]);
  });
  return Buffer.concat([header, ...elements]);
}

function matrixBytes({ name, shape, data }: MatVariable): Uint8Array {
  const isBytes = data instanceof Uint8Array;
  const flags = Buffer.alloc(8);
  flags.writeUInt32LE(isBytes ? 9 : 6, 0);
  const dimensions = Buffer.alloc(4 * shape.length);
  for (const [i, size] of shape.entries()) dimensions.writeInt32LE(size, 4 * i);
  const values = isBytes ? element(2, data) : element(9, new Uint8Array(Float64Array.from(data).buffer));
  return Buffer.concat([element(6, flags), element(5, dimensions), nameElement(name), values]);
}

/** A name of up to four letters takes the short form, as MATLAB writes it. */
function nameElement(name: string): Uint8Array {
  const small = Buffer.alloc(8);
  small.writeUInt16LE(1, 0);
  small.writeUInt16LE(name.length, 2);
  small.write(name, 4);
  return small;
}

function element(type: number, data: Uint8Array): Uint8Array {
  const tag = Buffer.alloc(8);
  tag.writeUInt32LE(type, 0);
  tag.writeUInt32LE(data.length, 4);
  return Buffer.concat([tag, data, Buffer.alloc((8 - (data.length % 8)) % 8)]);
}
