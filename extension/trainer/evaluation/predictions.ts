/** What a network says of each example of a batch. */
export interface Judgement {
  readonly predictions: number[];
  readonly correct: boolean[];
  /** Cross-entropy in nats, computed in float64. */
  readonly losses: number[];
}

/** `logits`: [batch, classes], row-major; of equal largest logits the first is the prediction. */
export function judge(logits: ArrayLike<number>, labels: ArrayLike<number>): Judgement {
  const classes = logits.length / labels.length;
  const predictions: number[] = [];
  const correct: boolean[] = [];
  const losses: number[] = [];
  for (let example = 0; example < labels.length; example++) {
    const first = example * classes;
    const at = (c: number) => logits[first + c] ?? Number.NaN;
    let best = 0;
    for (let c = 1; c < classes; c++) if (at(c) > at(best)) best = c;
    let sum = 0;
    for (let c = 0; c < classes; c++) sum += Math.exp(at(c) - at(best));
    const label = labels[example] ?? 0;
    predictions.push(best);
    correct.push(best === label);
    losses.push(Math.log(sum) + at(best) - at(label));
  }
  return { predictions, correct, losses };
}
