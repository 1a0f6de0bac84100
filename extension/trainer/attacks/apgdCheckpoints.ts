/**
 * After which iterations Auto-PGD looks back, and how many iterations each look covers. The first interval is 22 % of all
 * iterations, every further one 3 % shorter, down to 6 %: 22, 41, 57, 70, 80, 87, 93 and 99 of 100. Source: Croce and Hein,
 * ICML 2020, section 3.2.
 */
export function apgdCheckpoints(iterations: number): ReadonlyMap<number, number> {
  const share = (percent: number) => Math.max(Math.floor((percent * iterations) / 100), 1);
  const intervals = new Map<number, number>();
  let interval = share(22);
  for (let at = interval; at < iterations; at += interval) {
    intervals.set(at, interval);
    interval = Math.max(interval - share(3), share(6));
  }
  return intervals;
}
