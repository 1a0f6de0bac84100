import type { Output } from '../io';
import type { Display } from './display';

/** Each event as one line of JSON. JSON has no NaN and no infinities, so these become strings of that name. */
export function createJsonDisplay(out: Output): Display {
  return {
    event: event => void out.write(`${JSON.stringify(event, nonFiniteAsText)}\n`),
    close() {},
  };
}

function nonFiniteAsText(_field: string, value: unknown): unknown {
  return typeof value === 'number' && !Number.isFinite(value) ? String(value) : value;
}
