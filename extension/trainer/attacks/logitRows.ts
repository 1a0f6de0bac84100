/** Logits that were read back: [rows, classes], row-major. Judged in float64, so that no engine's reduction decides. */
export interface LogitRows {
  readonly values: ArrayLike<number>;
  readonly classes: number;
}

export function logitAt({ values, classes }: LogitRows, row: number, of: number): number {
  return values[row * classes + of] ?? Number.NaN;
}

/** The class with the largest logit; of equal ones the first. */
export function predictionOf(logits: LogitRows, row: number): number {
  let best = 0;
  for (let c = 1; c < logits.classes; c++) if (logitAt(logits, row, c) > logitAt(logits, row, best)) best = c;
  return best;
}

/** The class with the largest logit apart from `label`. */
export function rivalOf(logits: LogitRows, row: number, label: number): number {
  let best = label === 0 ? 1 : 0;
  for (let c = 0; c < logits.classes; c++) {
    if (c !== label && logitAt(logits, row, c) > logitAt(logits, row, best)) best = c;
  }
  return best;
}

/** z_y - max over the other classes: positive where the example is classified rightly. */
export function marginOf(logits: LogitRows, row: number, label: number): number {
  return logitAt(logits, row, label) - logitAt(logits, row, rivalOf(logits, row, label));
}

/** The classes by falling logit; of equal ones the first first. */
export function rankingOf(logits: LogitRows, row: number): number[] {
  const order = Array.from({ length: logits.classes }, (_, c) => c);
  return order.sort((a, b) => logitAt(logits, row, b) - logitAt(logits, row, a) || a - b);
}
