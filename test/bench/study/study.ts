import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { parseEvaluation } from '../../../extension/contract/evaluation';
import { parseLandscape } from '../../../extension/contract/landscape';
import { readRuns } from '../../vscode/trainers';
import { type Arm, arms, configOf, seeds } from './arms';
import { differencesTable, type Figures, meansTable, type Row } from './table';

/**
 * TRADES beside randomized adversarial training: every arm with every seed, trained, attacked and measured by the trainer itself.
 * What is finished is not done again: an interrupted study goes on with the same command.
 *
 *     npm run study -- IMAGES [WORKSPACE]
 *
 * @param args IMAGES: CIFAR-10 as a folder of images, train/<class>/* and test/<class>/*; WORKSPACE: a folder for configs and runs
 */
export async function main([images, workspace = 'study']: readonly string[]): Promise<void> {
  if (images === undefined) {
    throw new Error('Name the folder of images: npm run study -- IMAGES [WORKSPACE].');
  }
  await mkdir(workspace, { recursive: true });
  const done: Figures[][] = arms.map(() => []);
  for (const seed of seeds) {
    for (const [i, arm] of arms.entries()) {
      const run = await trained(arm, seed, path.relative(workspace, images), workspace);
      done[i]?.push(await measured(run));
    }
    const rows: Row[] = arms.map(({ title }, i) => ({ title, figures: done[i] ?? [] }));
    console.log([`\nAfter ${seed + 1} of ${seeds.length} seeds:\n`, ...meansTable(rows)].join('\n'));
    console.log(['\nDifference from TRADES, seed by seed:\n', ...differencesTable(rows)].join('\n'));
  }
}

/** @returns the run folder */
async function trained(arm: Arm, seed: number, images: string, workspace: string): Promise<string> {
  const name = `${arm.name}-seed-${seed}`;
  const existing = async () => (await readRuns(workspace)).findLast(({ record }) => record.name === name);
  const before = await existing();
  if (before?.record.status !== 'finished') {
    const file = path.join(workspace, `${name}.rat.json`);
    await writeFile(file, `${JSON.stringify(configOf(arm, seed, images), null, 2)}\n`);
    console.log(`${new Date().toISOString()} training ${name}`);
    await trainer(['run', ...(before ? ['--resume', before.folder] : [file]), '--workspace', workspace]);
  }
  const run = await existing();
  if (!run) throw new Error(`${name} has left no run in ${workspace}.`);
  return run.folder;
}

async function measured(run: string): Promise<Figures> {
  const evaluated = async (...options: string[]) => {
    const evaluation = parseEvaluation(await trainer(['evaluate', run, ...options, '--json']));
    if (!evaluation) throw new Error(`No evaluation of ${run} was printed.`);
    return evaluation;
  };
  const pgd = await evaluated('--attack', 'pgd-20', '--examples', '0..2000');
  const autoAttack = await evaluated('--attack', 'autoattack', '--examples', '0..128');
  const options = ['--measure', 'sharpness,worst-case', '--loss', 'fixed', '--examples', '512'];
  const landscape = parseLandscape(await trainer(['landscape', run, ...options, '--json']));
  const [sharpness, worstCase] = [landscape?.sharpness[0]?.mean, landscape?.worstCase[0]?.rise];
  if (sharpness === undefined || worstCase === undefined)
    throw new Error(`No sharpness of ${run} was printed.`);
  return {
    clean: 100 * pgd.clean,
    pgd: 100 * pgd.worstCase,
    autoAttack: 100 * autoAttack.worstCase,
    sharpness,
    worstCase,
  };
}

/** Runs the trainer, its complaints shown. @returns what it printed */
async function trainer(args: readonly string[]): Promise<string> {
  const child = spawn(process.execPath, ['dist/trainer.js', ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [printed, [code]] = await Promise.all([text(child.stdout), once(child, 'close')]);
  if (code !== 0) throw new Error(`randomized-at ${args.join(' ')} ended with code ${code}.`);
  return printed;
}
