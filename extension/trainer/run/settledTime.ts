export interface Patience {
  /** To act for, within the numbers of turns. */
  readonly seconds: number;
  readonly leastTurns: number;
  readonly mostTurns: number;
}

/**
 * What an action takes once it is warm: the median of the later half of its turns. V8 compiles JavaScript and WebAssembly while they
 * run, so the first seconds are slower than all that follow.
 * @param now milliseconds; tests bring their own clock
 */
export async function settledSeconds(
  act: (turn: number) => Promise<void>,
  { seconds, leastTurns, mostTurns }: Patience,
  now: () => number = () => performance.now(),
): Promise<number> {
  const times: number[] = [];
  const first = now();
  const isDone = () =>
    times.length >= leastTurns && (times.length >= mostTurns || now() - first >= seconds * 1000);
  while (!isDone()) {
    const start = now();
    await act(times.length);
    times.push((now() - start) / 1000);
  }
  return median(times.slice(times.length >> 1));
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}
