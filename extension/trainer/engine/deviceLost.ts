/** The GPU is gone: its driver was reset or replaced, it was unplugged, or a command took too long. Nothing on it is left. */
export class DeviceLost extends Error {
  override readonly name = 'DeviceLost';
}
