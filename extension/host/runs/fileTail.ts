import { open } from 'node:fs/promises';

const tailBytes = 8 * 1024;

/** The last lines of a text file that are not blank; none when it cannot be read. */
export async function lastLines(file: string, count: number): Promise<string[]> {
  const handle = await open(file).catch(() => undefined);
  if (!handle) return [];
  try {
    const { size } = await handle.stat();
    const length = Math.min(size, tailBytes);
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, size - length);
    const lines = buffer.toString('utf8', 0, bytesRead).split('\n');
    return lines.filter(line => line.trim() !== '').slice(-count);
  } finally {
    await handle.close();
  }
}
