import { readlinkSync } from 'node:fs';

/** The operating system's number of the calling thread, for pinning; absent where /proc is not. */
export function systemThread(): string | undefined {
  try {
    return readlinkSync('/proc/thread-self').split('/').pop();
  } catch {
    return undefined;
  }
}
