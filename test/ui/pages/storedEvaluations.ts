import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { EvaluationView } from '../../../extension/contract/evaluationPage';
import { evaluationViews } from '../../../extension/host/evaluations/evaluationView';
import { measurementIn } from '../../../extension/host/measurements/measurement';

const folder = path.resolve('test/ui/pages/evaluations');

/** Evaluations of a small CNN that were really made, at three radii; and one that was stopped. The newest first. */
export async function storedEvaluations(): Promise<EvaluationView[]> {
  const names = ['unfinished', 'at-0.3', 'at-0.2', 'at-0.1'];
  const found = names.map(async name => {
    const file = path.join(folder, `${name}.json`);
    return measurementIn(file, await readFile(file, 'utf8')) ?? [];
  });
  return evaluationViews((await Promise.all(found)).flat(), 'linux');
}

/** A warning as the trainer words it. */
export const warning = {
  code: 'zero-gradients',
  found: '31 of 93 examples have a zero gradient in every pixel.',
  meaning: 'Attacks that follow gradients get nowhere there: the robust accuracy may be far too high.',
  advice: 'evaluate with Square in the list, and look for saturated outputs or quantised inputs.',
} as const;
