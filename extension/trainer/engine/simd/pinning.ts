import { execFile } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { promisify } from 'node:util';
import type { SimdMachine } from './machine';
import { spin } from './operations/spin';

/** Two threads on two cores do twice the work of one; below this they probably share a core. */
const worthwhile = 1.5;

export interface Spread {
  /** What was found and done, in sentences. */
  readonly notes: readonly string[];
  /** Lets the calling thread run on all its processors again. */
  undo(): Promise<void>;
}

const untouched: Spread = { notes: [], undo: async () => {} };

/**
 * Some kernels put all threads of a process on one core, at the start or at any later time. So threads are pinned to processors
 * of their own (Linux, with taskset) where they are as many as the processors, which leaves nothing to choose wrongly; fewer
 * threads only where two of them are measured not to run on two cores, and if that helps.
 */
export async function spreadThreads(machine: SimdMachine): Promise<Spread> {
  if (machine.threads === 1) return untouched;
  const oneEach = machine.threads === availableParallelism();
  const before = oneEach ? 0 : scaling(machine);
  if (before >= worthwhile) return untouched;
  const found = `${machine.threads} threads were ${before.toFixed(1)} times as fast as one`;
  const left: Spread = oneEach ? untouched : { ...untouched, notes: [found] };
  if (process.platform !== 'linux') return left;
  try {
    const masks = await Promise.all(machine.systemThreads.map(processorsOf));
    const restore = async (count: number): Promise<void> => {
      const threads = machine.systemThreads.slice(0, count);
      await Promise.all(threads.map((thread, i) => pin(thread, masks[i] ?? '')));
    };
    await Promise.all(machine.systemThreads.map((thread, i) => pin(thread, processorFor(masks, i))));
    if (oneEach) return { notes: ['each thread is pinned to a processor'], undo: () => restore(1) };
    const after = scaling(machine);
    if (after >= worthwhile) {
      const note = `${found}; each is pinned to a processor, and they are ${after.toFixed(1)} times as fast`;
      return { notes: [note], undo: () => restore(1) };
    }
    await restore(machine.threads);
    return left;
  } catch {
    return left;
  }
}

/** How many times faster all threads do a fixed amount of arithmetic than one; the best of a few tries. */
function scaling(machine: SimdMachine): number {
  const args = { address: machine.allocate(64 * machine.threads), turns: 200_000, parts: machine.threads };
  const seconds = (threads: number): number => {
    const start = performance.now();
    machine.run(spin, args, threads);
    return performance.now() - start;
  };
  seconds(machine.threads);
  const tries = [1, 2, 3].map(() => seconds(1) / seconds(machine.threads));
  machine.release(args.address);
  return Math.max(...tries);
}

const run = promisify(execFile);

/** The processors a thread may run on, "0-3,8". */
async function processorsOf(thread: string): Promise<string> {
  const { stdout } = await run('taskset', ['-cp', thread]);
  return stdout.split(':').at(-1)?.trim() ?? '';
}

function processorFor(masks: readonly string[], thread: number): string {
  const processors = listOf(masks[0] ?? '');
  return String(processors[thread % processors.length] ?? thread);
}

/** "0-3,8" -> [0, 1, 2, 3, 8] */
export function listOf(processors: string): number[] {
  return processors.split(',').flatMap(range => {
    const [first = 0, last = first] = range.split('-').map(Number);
    return Array.from({ length: last - first + 1 }, (_, i) => first + i);
  });
}

async function pin(thread: string, processors: string): Promise<void> {
  await run('taskset', ['-cp', processors, thread]);
}
