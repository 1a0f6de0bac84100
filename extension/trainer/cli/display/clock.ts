/** Time as a display needs it; tests put in one that they turn by hand. */
export interface Clock {
  /** Milliseconds from an arbitrary moment, never going back. */
  now(): number;
  /** Calls `action` once after so many milliseconds; the returned function calls that off. */
  after(milliseconds: number, action: () => void): () => void;
}

export const systemClock: Clock = {
  now: () => performance.now(),
  after(milliseconds, action) {
    // A display alone must not keep the process alive.
    const timer = setTimeout(action, milliseconds).unref();
    return () => clearTimeout(timer);
  },
};
