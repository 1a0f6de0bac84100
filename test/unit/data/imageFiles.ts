import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { encode } from 'fast-png';

/** 8 x 6 pixels of about (30 x, 40 y, 200 - 20 x), JPEG of quality 98 without subsampling. */
export const gradientJpeg = Buffer.from(
  '/9j/4AAQSkZJRgABAQAAAQABAAD/2wCEAAEBAQEBAQEBAQEBAQEBAQEBAQEBAQICAgICAgIDAgICAgICAwMEAwMDBAMFBAQEBAUGBQUFBggHBwgKCQoMDBEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAgICAgICAgMCAgICAgIDAwQDAwMEAwUEBAQEBQYFBQUGCAcHCAoJCgwMEf/AABEIAAYACAMBEQACEQEDEQH/xABnAAEAAAAAAAAAAAAAAAAAAAAHEAAABAcAAAAAAAAAAAAAAAAAAQIHBQkjJDRD0gEBAQAAAAAAAAAAAAAAAAAABgcRAAABCQkAAAAAAAAAAAAAAAIAAQMGCAkRYWIEBRQVISUxQ0T/2gAMAwEAAhEDEQA/ADxhZWDa2VSD6zxl8Be8Ta9Wo2eRNbtcTwlDOopY7QbvXXYIgvHzdwZVF//Z',
  'base64',
);

/** A PNG whose pixel (x, y) is `colour(x, y)`: 1 to 4 values, 8 bits each. */
export function pngOf(
  width: number,
  height: number,
  colour: (x: number, y: number) => readonly number[],
): Uint8Array {
  const pixels = Array.from({ length: width * height }, (_, at) =>
    colour(at % width, Math.floor(at / width)),
  );
  const channels = pixels[0]?.length ?? 1;
  return encode({ width, height, channels, depth: 8, data: Uint8Array.from(pixels.flat()) });
}

/** Writes files under paths relative to the folder. */
export async function writeTree(folder: string, files: Readonly<Record<string, Uint8Array>>): Promise<void> {
  for (const [name, bytes] of Object.entries(files)) {
    const file = join(folder, name);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, bytes);
  }
}
