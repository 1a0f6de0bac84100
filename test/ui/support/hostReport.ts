import { watch } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import type { HostTestLine } from '../../host/report';

/** Makes the file the extension host reports to and reads it until the report has ended. */
export async function readReport(file: string, start: () => Promise<void>): Promise<HostTestLine[]> {
  await writeFile(file, '');
  const watcher = watch(file);
  try {
    const ended = new Promise<HostTestLine[]>((resolve, reject) => {
      watcher.on('error', reject);
      watcher.on('change', () => {
        readLines(file).then(lines => {
          if (lines.some(line => line.type === 'end')) resolve(lines);
        }, reject);
      });
    });
    await start();
    return await ended;
  } finally {
    watcher.close();
  }
}

/** The lines that are complete: the last one may be half written. */
async function readLines(file: string): Promise<HostTestLine[]> {
  const complete = (await readFile(file, 'utf8')).split('\n').slice(0, -1);
  return complete.map(line => JSON.parse(line) as HostTestLine);
}
