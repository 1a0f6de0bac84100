import { createHash } from 'node:crypto';
import { createReadStream, statSync } from 'node:fs';
import { pipeline } from 'node:stream/promises';

/** Where a file waits until it is whole and verified. */
export const partOf = (target: string): string => `${target}.part`;

/** Bytes that have arrived. */
export function arrivedBytes(target: string): number {
  return statSync(partOf(target), { throwIfNoEntry: false })?.size ?? 0;
}

export async function digestOfFile(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file, { highWaterMark: 1 << 20 }), hash);
  return hash.digest('hex');
}
