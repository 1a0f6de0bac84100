/** Share of the pixels that the first squares change. */
const firstShare = 0.8;

/** After these iterations the share is halved once more. Source: Andriushchenko et al., ECCV 2020, for 10,000 queries. */
const halvings = [10, 50, 200, 500, 1000, 2000, 4000, 6000, 8000];

/** Share of the pixels that iteration 0, 1, ... changes. */
export function squareShare(iteration: number): number {
  return firstShare / 2 ** halvings.filter(after => iteration > after).length;
}

/** Side of the linf attack's squares in an image of this height and width. */
export function squareSide(iteration: number, height: number, width: number): number {
  const side = Math.max(Math.round(Math.sqrt(squareShare(iteration) * height * width)), 1);
  return Math.min(side, height, width);
}

/** Side of the l2 attack's windows: odd and at least 3, as far as the image allows. */
export function windowSide(iteration: number, height: number, width: number): number {
  const side = Math.max(Math.round(Math.sqrt(squareShare(iteration) * height * width)), 3);
  return Math.min(side % 2 === 0 ? side + 1 : side, height, width);
}
