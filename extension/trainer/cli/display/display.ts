import type { RunEvent } from '../../../contract/events';
import type { Output } from '../io';
import { type Clock, systemClock } from './clock';
import { createJsonDisplay } from './jsonDisplay';
import { paintFor } from './paint';
import { createPlainDisplay } from './plainDisplay';
import type { HeaderFacts } from './state';
import { createTerminalDisplay } from './terminalDisplay';

export type DisplayMode = 'terminal' | 'plain' | 'json';

/** Shows a run. It learns what it shows from the events alone. */
export interface Display {
  event(event: RunEvent): void;
  /** Writes what is still held back and leaves the stream in order; needed also where no `ended` event came. */
  close(): void;
}

/**
 * `terminal` draws a block in place with the table of epochs above it, `plain` writes lines, `json` the events themselves.
 * A terminal display on a stream that is no terminal, or cannot move its cursor, is plain instead.
 */
export function createDisplay(
  mode: DisplayMode,
  out: Output,
  facts: HeaderFacts,
  {
    clock = systemClock,
    environment = process.env,
  }: { readonly clock?: Clock; readonly environment?: NodeJS.ProcessEnv } = {},
): Display {
  if (mode === 'json') return createJsonDisplay(out);
  // A pseudo-terminal that was never given a size has 0 columns.
  const canDraw = out.isTTY === true && out.columns !== 0 && environment['TERM'] !== 'dumb';
  if (mode === 'terminal' && canDraw) return createTerminalDisplay(out, facts, clock, paintFor(environment));
  return createPlainDisplay(out, facts, clock);
}
