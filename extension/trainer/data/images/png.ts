import { convertIndexedToRgb, type DecodedPng, decode } from 'fast-png';
import type { DecodedImage } from './decodedImage';

/**
 * Decodes a PNG of any colour type. Of 16 bits a channel the upper 8 are kept; grey of 1, 2 and 4 bits is spread over 0..255.
 * @throws Error saying what is wrong; the checksums of its chunks are compared
 */
export function decodePng(file: Uint8Array): DecodedImage {
  const png = decode(file, { checkCrc: true });
  const { width, height } = png;
  if (png.palette) {
    const data = new Uint8Array(convertIndexedToRgb(png));
    return { width, height, channels: data.length / (width * height), data };
  }
  return { width, height, channels: png.channels, data: eightBits(png) };
}

function eightBits({ data, depth, width, height }: DecodedPng): Uint8Array {
  if (depth === 16) return Uint8Array.from(data, value => value >> 8);
  if (depth === 8) return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return unpack(data, depth, width, height);
}

/** Several pixels a byte, the leftmost in the highest bits; every row begins with a byte of its own. */
function unpack(data: ArrayLike<number>, depth: number, width: number, height: number): Uint8Array {
  const greatest = 2 ** depth - 1;
  const rowBytes = Math.ceil((width * depth) / 8);
  return Uint8Array.from({ length: width * height }, (_, pixel) => {
    const bit = (pixel % width) * depth;
    const byte = data[Math.floor(pixel / width) * rowBytes + (bit >> 3)] ?? 0;
    const value = (byte >> (8 - depth - (bit & 7))) & greatest;
    return (value * 255) / greatest;
  });
}
