/** What may come between two batches: what was asked of the run is heeded, and a pause is not time that the work took. */
export interface Interruptions {
  /** Seconds for which the run has stood still. */
  readonly pausedSeconds: number;
  heed(): Promise<void>;
}

/** Starts a clock that stands still when the run does; what it returns reads it, in seconds. */
export function workClock(interruptions: Interruptions): () => number {
  const start = performance.now();
  const before = interruptions.pausedSeconds;
  return () => secondsSince(start) - (interruptions.pausedSeconds - before);
}

export function secondsSince(start: number): number {
  return (performance.now() - start) / 1000;
}
