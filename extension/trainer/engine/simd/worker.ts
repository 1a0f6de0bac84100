import { parentPort, workerData } from 'node:worker_threads';
import { type Control, controlWords, finishPart, generationOf, takePart, tellFailure } from './control';
import { instantiate } from './instantiate';
import type { Kernels } from './kernelTypes';
import type { Operation } from './operation';
import { operations } from './operations/table';
import type { WorkerData } from './pool';
import { systemThread } from './systemThread';

/** The life of a thread of the pool: wait for a call, take parts of it until none is left, wait again. */
function serve({ module, revectorized, memory, control, thread, spin }: WorkerData): never {
  const kernels = instantiate(module, memory, revectorized);
  parentPort?.postMessage(systemThread());
  const { words } = control;
  let seen = generationOf(Atomics.load(words, controlWords.ticket));
  for (;;) {
    seen = nextGeneration(words, seen, spin);
    Atomics.add(words, controlWords.active, 1);
    takePartIn(kernels, control, thread);
    Atomics.sub(words, controlWords.active, 1);
  }
}

/** Spins a while, for calls follow each other within microseconds, then sleeps. */
function nextGeneration(words: Int32Array, seen: number, spin: number): number {
  for (let turns = spin; ; turns--) {
    const ticket = Atomics.load(words, controlWords.ticket);
    if (generationOf(ticket) !== seen) return generationOf(ticket);
    if (turns > 0) continue;
    Atomics.add(words, controlWords.sleeping, 1);
    Atomics.wait(words, controlWords.ticket, ticket);
    Atomics.sub(words, controlWords.sleeping, 1);
    turns = spin;
  }
}

/** The generation is read before the arguments: should they belong to a later call, taking a part of this one fails. */
function takePartIn(kernels: Kernels, control: Control, thread: number): void {
  const { words } = control;
  const generation = generationOf(Atomics.load(words, controlWords.ticket));
  if (thread >= Atomics.load(words, controlWords.threads)) return;
  const operation = operations[Atomics.load(words, controlWords.operation)];
  if (!operation) return;
  const args = readArguments(operation, control.values);
  const stride = Atomics.load(words, controlWords.scratchStride) >>> 0;
  const scratch = (Atomics.load(words, controlWords.scratch) >>> 0) + thread * stride;
  for (let part = takePart(words, generation); part >= 0; part = takePart(words, generation)) {
    try {
      operation.run(kernels, args, part, scratch);
    } catch (error) {
      tellFailure(control, thread, error instanceof Error ? error.message : String(error));
    } finally {
      finishPart(words);
    }
  }
}

function readArguments(operation: Operation, values: Float64Array): Record<string, number> {
  const args: Record<string, number> = {};
  operation.fields.forEach((field, i) => {
    args[field] = values[i] ?? 0;
  });
  return args;
}

serve(workerData);
