import type { EventEmitter } from 'node:events';
import { exitCodes } from './exitCodes';

const codes = { SIGINT: exitCodes.interrupted, SIGTERM: exitCodes.terminated } as const;

/**
 * The first SIGINT or SIGTERM asks for an orderly end: `stop` is aborted with the signal's name as its reason. The second
 * ends the process at once, for whoever does not want to wait for the checkpoint.
 */
export function stopOnSignals(
  processEvents: EventEmitter,
  stop: AbortController,
  exit: (code: number) => void,
): void {
  let received = 0;
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    processEvents.on(name, () => {
      received++;
      if (received > 1) exit(codes[name]);
      else stop.abort(name);
    });
  }
}

/**
 * Calls `onClosed`, once, when nobody reads the stream any more (`| head`). That is no error of ours, so nothing is
 * printed; any other error of the stream is thrown.
 */
export function onReaderGone(stream: EventEmitter, onClosed: () => void): void {
  let closed = false;
  stream.on('error', (error: NodeJS.ErrnoException) => {
    // Windows reports a closed pipe as EOF.
    if (error.code !== 'EPIPE' && error.code !== 'EOF') throw error;
    if (!closed) onClosed();
    closed = true;
  });
}
