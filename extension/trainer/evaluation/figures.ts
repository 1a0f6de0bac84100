import type { AccuracyFigure, ClassFigure } from '../../contract/evaluation';
import { wilsonInterval } from './interval';

/** The accuracy of these examples, overall and of every class. `labels`: each in 0..classes-1. */
export function accuracyFigure(
  labels: Int32Array,
  classes: number,
  isCorrect: (position: number) => boolean,
): AccuracyFigure {
  const counts = Array.from({ length: classes }, () => ({ correct: 0, examples: 0 }));
  const all = { correct: 0, examples: labels.length };
  for (const [position, label] of labels.entries()) {
    const count = counts[label];
    const correct = isCorrect(position) ? 1 : 0;
    all.correct += correct;
    if (!count) throw new RangeError(`label ${label} is none of ${classes} classes`);
    count.correct += correct;
    count.examples += 1;
  }
  const perClass: ClassFigure[] = counts.map((count, c) => ({ class: c, ...proportion(count) }));
  return { ...proportion(all), perClass };
}

function proportion({ correct, examples }: { readonly correct: number; readonly examples: number }) {
  return {
    accuracy: examples === 0 ? 0 : correct / examples,
    correct,
    examples,
    interval: wilsonInterval(correct, examples),
  };
}
