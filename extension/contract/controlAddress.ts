import { randomBytes } from 'node:crypto';
import { lstatSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import path from 'node:path';

const pipePrefix = '\\\\.\\pipe\\randomized-at-';
const socketName = /^\d+-[0-9a-f]{4}\.sock$/;

/**
 * A new address on which this process can listen: a pipe's name on Windows, elsewhere a socket's path in a folder of this
 * user, which the caller makes. Paths of sockets are limited to about 100 bytes, hence the short names.
 */
export function newControlAddress(): string {
  if (process.platform === 'win32') return `${pipePrefix}${process.pid}-${randomBytes(16).toString('hex')}`;
  return path.join(tmpdir(), folderName(), `${process.pid}-${randomBytes(2).toString('hex')}.sock`);
}

/**
 * Whether a trainer of this user may listen there. `run.json` comes with the workspace, which may be anybody's: nothing is
 * sent to, and nothing is removed at, any other address.
 */
export function isControlAddress(address: string): boolean {
  if (process.platform === 'win32') return address.startsWith(pipePrefix);
  const named = socketName.test(path.basename(address));
  if (!named || path.basename(path.dirname(address)) !== folderName()) return false;
  const entry = lstatSync(address, { throwIfNoEntry: false });
  return entry?.isSocket() === true && entry.uid === process.getuid?.();
}

function folderName(): string {
  return `randomized-at-${userInfo().uid}`;
}
