import { Writable } from 'node:stream';
import type { Clock } from '../../../../extension/trainer/cli/display/clock';
import type { Output } from '../../../../extension/trainer/cli/io';

export interface FakeOutput {
  readonly out: Output;
  /** Every piece written, in order. */
  readonly writes: string[];
}

/** A stream that keeps what is written; a terminal where `columns` are given. `onWrite` is called with every piece. */
export function fakeOutput(columns?: number, onWrite: () => void = () => {}): FakeOutput {
  const writes: string[] = [];
  const stream = new Writable({
    decodeStrings: false,
    write(chunk: string, _encoding, done) {
      writes.push(chunk);
      onWrite();
      done();
    },
  });
  const terminal = columns === undefined ? {} : { isTTY: true, columns, rows: 50 };
  return { out: Object.assign(stream, terminal), writes };
}

/** A clock that stands still until it is turned; what is due is done while turning. */
export function fakeClock(): Clock & { turnTo(milliseconds: number): void } {
  let now = 0;
  let due: { readonly at: number; readonly action: () => void }[] = [];
  return {
    now: () => now,
    after(milliseconds, action) {
      const entry = { at: now + milliseconds, action };
      due.push(entry);
      return () => {
        due = due.filter(other => other !== entry);
      };
    },
    turnTo(milliseconds) {
      for (const entry of due.filter(({ at }) => at <= milliseconds)) {
        due = due.filter(other => other !== entry);
        now = entry.at;
        entry.action();
      }
      now = Math.max(now, milliseconds);
    },
  };
}

/** What a person sees after these writes, on an endless screen up to its last line with text: understands line feeds, `ESC[nA`, `ESC[2K` and `ESC[G`. */
export function screenOf(writes: readonly string[]): string[] {
  const screen = [''];
  let row = 0;
  let column = 0;
  const escapeCharacter = String.fromCharCode(27);
  const pieces = writes.join('').split(new RegExp(`(${escapeCharacter}\\[[0-9;?]*[A-Za-z]|\n)`));
  for (const piece of pieces) {
    if (piece === '\n') {
      row++;
      column = 0;
      if (screen[row] === undefined) screen.push('');
    } else if (piece.startsWith(escapeCharacter)) {
      const count = Number(/\d+/.exec(piece)?.[0] ?? 1);
      if (piece.endsWith('A')) row = Math.max(0, row - count);
      if (piece.endsWith('K')) screen[row] = '';
      if (piece.endsWith('G')) column = 0;
    } else {
      const line = (screen[row] ?? '').padEnd(column);
      screen[row] = line.slice(0, column) + piece + line.slice(column + piece.length);
      column += piece.length;
    }
  }
  return screen.slice(0, screen.findLastIndex(line => line !== '') + 1);
}
