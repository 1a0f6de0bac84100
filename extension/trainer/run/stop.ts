/** Somebody asked the run to stop: save a checkpoint and leave. */
export class StopRequested extends Error {
  override readonly name = 'StopRequested';
}
