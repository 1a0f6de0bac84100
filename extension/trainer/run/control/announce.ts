import type { Announcement } from '../../../contract/control';

/** Tells the program that started this one, if it opened an IPC channel for that, where the run is; then closes the channel. */
export function announce(announcement: Announcement): void {
  // Whether it still listens is no concern of the run.
  process.send?.(announcement, undefined, {}, () => {
    if (process.connected) process.disconnect();
  });
}
