import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { readSafetensors } from '../../../extension/trainer/checkpoint/safetensors';
import { loadMnist } from '../../../extension/trainer/data/mnist';
import { assetFolder } from '../../../extension/trainer/engine/assets';
import { subjectOf, uploadSubject } from '../../../extension/trainer/evaluation/subject';
import { smallCnn } from '../../../extension/trainer/models/smallCnn';

/** What official PyTorch programs measured on one range of test digits. */
export interface OfficialRun {
  readonly norm: 'linf' | 'l2';
  readonly epsilon: number;
  /** From the first to before the second. */
  readonly examples: readonly [from: number, to: number];
  readonly clean: number;
  readonly fgsm?: number;
  readonly 'pgd-20'?: number;
  readonly 'pgd-100'?: number;
  readonly 'cw-20'?: number;
  readonly autoattackStages: Readonly<Record<string, number>>;
  readonly autoattack: number;
  /** Digits that withstood all of AutoAttack. */
  readonly robustIndices: readonly number[];
}

export async function officialRuns(): Promise<readonly OfficialRun[]> {
  const file = await readFile('test/fixtures/mnist-small-cnn.expected.json', 'utf8');
  return (JSON.parse(file) as { readonly runs: readonly OfficialRun[] }).runs;
}

/** The TRADES-trained small CNN on the current engine, and MNIST's test digits. */
export async function smallCnnFixture() {
  const file = 'test/fixtures/mnist-small-cnn.safetensors';
  const model = smallCnn([28, 28, 1], 10, { channels: [32, 64], hidden: 200 });
  const subject = subjectOf((await readSafetensors(file)).arrays, model, file);
  const { test } = await loadMnist(path.join(assetFolder(), 'data/mnist'));
  return { ...uploadSubject(subject, undefined), test };
}
