import type { Announcement } from '../../../contract/control';
import type { MeasurementAnnouncement } from '../../../contract/measurement';

/**
 * Tells the program that started this one, if it opened an IPC channel for that, where the run or the result is; then closes
 * the channel. Only the first announcement is heard.
 */
export function announce(announcement: Announcement | MeasurementAnnouncement): void {
  if (!process.connected) return;
  // Whether it still listens is no concern of the work.
  process.send?.(announcement, undefined, {}, () => {
    if (process.connected) process.disconnect();
  });
}
