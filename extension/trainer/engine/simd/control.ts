import { maximumFields } from './operation';

/**
 * The words by which threads agree on work, in shared memory of their own.
 *
 * `ticket` holds the generation (which call this is) and the number of parts not yet taken. Taking a part lowers it by
 * compare-and-exchange; that fails when the generation has moved on, so a thread that woke up late cannot take a part of a
 * call whose arguments it has not read.
 */
export const controlWords = {
  ticket: 0,
  /** Parts not yet finished; the caller waits for zero. */
  unfinished: 1,
  /** Threads asleep on `ticket`: the caller wakes them only when there are any. */
  sleeping: 2,
  /** Threads between reading a ticket and being done with it. */
  active: 3,
  operation: 4,
  /** Threads that may take part in this call; those with a higher number leave it. */
  threads: 5,
  scratch: 6,
  scratchStride: 7,
  /** Number of the thread that failed; 0 when none did. */
  failed: 8,
} as const;

/** What the threads share besides the tensors' memory. */
export interface Control {
  readonly words: Int32Array<SharedArrayBuffer>;
  /** The arguments of the call, in the order of the operation's fields. */
  readonly values: Float64Array<SharedArrayBuffer>;
  /** What the thread that failed has to say, in UTF-16, ended by a zero. */
  readonly failure: Uint16Array<SharedArrayBuffer>;
}

const failureLength = 256;

export function createControl(): Control {
  return {
    words: new Int32Array(new SharedArrayBuffer(64)),
    values: new Float64Array(new SharedArrayBuffer(8 * maximumFields)),
    failure: new Uint16Array(new SharedArrayBuffer(2 * failureLength)),
  };
}

export function tellFailure({ words, failure }: Control, thread: number, message: string): void {
  failure.fill(0);
  for (let i = 0; i < Math.min(message.length, failureLength - 1); i++) failure[i] = message.charCodeAt(i);
  Atomics.store(words, controlWords.failed, thread);
}

/** The failure that a thread told, once. */
export function takeFailure({ words, failure }: Control): string | undefined {
  const thread = Atomics.exchange(words, controlWords.failed, 0);
  if (thread === 0) return undefined;
  const message = String.fromCharCode(...failure.subarray(0, failure.indexOf(0)));
  return `thread ${thread}: ${message}`;
}

const partBits = 12;
const partMask = (1 << partBits) - 1;

/** After this many calls the generations start again, and the caller waits until no thread holds an old ticket. */
export const generations = 1 << (32 - partBits);

export const ticketOf = (generation: number, parts: number): number => (generation << partBits) | parts;

export const generationOf = (ticket: number): number => ticket >>> partBits;

/** Takes a part of the call: its number counted down from the last, or -1 when none is left or the call is over. */
export function takePart(control: Int32Array, generation: number): number {
  for (;;) {
    const ticket = Atomics.load(control, controlWords.ticket);
    const left = ticket & partMask;
    if (left === 0 || generationOf(ticket) !== generation) return -1;
    if (Atomics.compareExchange(control, controlWords.ticket, ticket, ticket - 1) === ticket) return left - 1;
  }
}

/** One part less to do; wakes the caller after the last. */
export function finishPart(control: Int32Array): void {
  if (Atomics.sub(control, controlWords.unfinished, 1) === 1)
    Atomics.notify(control, controlWords.unfinished);
}
