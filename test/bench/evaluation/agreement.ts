import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import type { RobustnessEvaluation } from '../../../extension/contract/evaluation';
import type { OfficialRun } from '../../unit/support/smallCnnFixture';

const checkpoint = 'test/fixtures/mnist-small-cnn.safetensors';
/** The official figures have no more digits than one example in a hundred. */
const tolerance = 0.01 + 1e-9;

interface Row {
  readonly attack: string;
  readonly official: number;
  readonly found: number;
  readonly seconds?: number;
}

/**
 * Every attack on every digit that the official PyTorch code was measured on, through the program itself: prints a table.
 * Interrupted, it goes on where it was. Options of `evaluate` such as `--engine wasm` may follow.
 */
export async function main(options: readonly string[]): Promise<void> {
  const text = await readFile('test/fixtures/mnist-small-cnn.expected.json', 'utf8');
  const { runs } = JSON.parse(text) as { readonly runs: readonly OfficialRun[] };
  let agrees = true;
  for (const run of runs) {
    const alone = (['fgsm', 'pgd-20', 'pgd-100', 'cw-20'] as const).filter(name => run[name] !== undefined);
    const results = [
      ...(alone.length > 0 ? [await evaluate(run, [alone.join(), '--each'], options)] : []),
      await evaluate(run, ['autoattack'], options),
    ];
    const rows = rowsOf(run, results);
    const [from, to] = run.examples;
    const engine = results.at(-1)?.engine;
    console.log(`\nMNIST test digits ${from}..${to}, ${run.norm} ${run.epsilon}, on ${engine}\n`);
    console.log('| attack | official | ours | difference | seconds |');
    console.log('| --- | ---: | ---: | ---: | ---: |');
    for (const { attack, official, found, seconds } of rows) {
      const cells = [
        attack,
        percent(official),
        percent(found),
        points(found - official),
        seconds?.toFixed(0) ?? '',
      ];
      console.log(`| ${cells.join(' | ')} |`);
      agrees &&= Math.abs(found - official) <= (attack === 'clean' || attack === 'fgsm' ? 0 : tolerance);
    }
    const ours = new Set(results.at(-1)?.robustIndices);
    const theirs = new Set(run.robustIndices);
    const only = (a: ReadonlySet<number>, b: ReadonlySet<number>) => [...a].filter(index => !b.has(index));
    console.log(
      `\nrobust here only: ${only(ours, theirs).join(', ') || 'none'}; there only: ${only(theirs, ours).join(', ') || 'none'}`,
    );
  }
  console.log(agrees ? '\nAgrees.' : '\nDoes not agree.');
  if (!agrees) process.exitCode = 1;
}

async function evaluate(
  { norm, epsilon, examples: [from, to] }: OfficialRun,
  attack: readonly string[],
  options: readonly string[],
): Promise<RobustnessEvaluation> {
  const subject = ['--checkpoint', checkpoint, '--model', 'small-cnn', '--dataset', 'mnist'];
  const threat = ['--norm', norm, '--epsilon', String(epsilon), '--examples', `${from}..${to}`];
  const place = ['--workspace', path.resolve('.build/agreement'), '--json'];
  const argv = [
    'dist/trainer.js',
    'evaluate',
    ...subject,
    ...threat,
    '--attack',
    ...attack,
    ...place,
    ...options,
  ];
  const { stdout } = await promisify(execFile)(process.execPath, argv, { maxBuffer: 2 ** 27 });
  return JSON.parse(stdout) as RobustnessEvaluation;
}

function rowsOf(run: OfficialRun, results: readonly RobustnessEvaluation[]): Row[] {
  const figures = results.flatMap(result => result.figures.attacks);
  const clean = results[0]?.clean ?? Number.NaN;
  const rows: Row[] = [{ attack: 'clean', official: run.clean, found: clean }];
  for (const { name, accuracy, seconds } of figures) {
    const official = run[name as 'fgsm'] ?? run.autoattackStages[name];
    if (official !== undefined) rows.push({ attack: name, official, found: accuracy, seconds });
  }
  const whole = results.at(-1);
  if (whole) {
    const { attacks, seconds } = whole;
    rows.push({
      attack: 'autoattack',
      official: run.autoattack,
      found: attacks['autoattack'] ?? Number.NaN,
      seconds,
    });
  }
  return rows;
}

const percent = (fraction: number): string => `${(100 * fraction).toFixed(1)} %`;
const points = (difference: number): string => (100 * difference).toFixed(1);
