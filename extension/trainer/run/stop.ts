/** Somebody asked the run to stop: save a checkpoint and leave. */
export class StopRequested extends Error {
  override readonly name = 'StopRequested';
}

/**
 * Lets the process look at its signals and sockets, then throws `StopRequested` if a stop was asked for. Computation on a
 * CPU engine never waits, so that without this pause no signal would ever be seen.
 */
export async function yieldToStop(signal: AbortSignal): Promise<void> {
  await new Promise(resolve => setImmediate(resolve));
  if (signal.aborted) throw new StopRequested(String(signal.reason));
}
