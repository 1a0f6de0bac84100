import type { RunEvent } from '../../contract/events';

/** What `log.txt` says about an event; undefined for the figures, which `metrics.jsonl` holds. */
export function logLine(event: RunEvent): string | undefined {
  switch (event.type) {
    case 'started':
    case 'resumed':
      return `${event.type} at step ${event.step} on ${event.engine} (${event.device}), Node ${process.version}, process ${process.pid}`;
    case 'message':
      return `${event.level}: ${event.text}`;
    case 'ended':
      return `${event.status} at step ${event.step}${event.reason === undefined ? '' : `: ${event.reason}`}`;
    default:
      return undefined;
  }
}
