/**
 * The usual length of one step of an iterated attack: epsilon / 10 for 20 steps as in the TRADES line of evaluations,
 * 2.5 epsilon / steps for many (Madry et al. 2018: the ball can be crossed a few times over), and 2 epsilon / steps for
 * fewer than 20.
 */
export function usualStepSize(epsilon: number, steps: number): number {
  return steps < 20 ? (2 * epsilon) / steps : Math.min(epsilon / 10, (2.5 * epsilon) / steps);
}
