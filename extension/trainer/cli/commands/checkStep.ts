import path from 'node:path';
import { engineOptions } from '../../engine/assets';
import { chooseEngine } from '../../engine/open';
import { type Check, checkStep as compareStep } from '../../golden/checkStep';
import { readGoldenStep } from '../../golden/goldenStep';
import type { CheckStepArguments } from '../arguments';
import { exitCodes } from '../exitCodes';
import type { Io } from '../io';

interface Report {
  readonly fixture: string;
  readonly engine: string;
  readonly passed: boolean;
  readonly checks: readonly Check[];
}

/** Replays recorded training steps; succeeds only if every figure of every file is within its tolerance. */
export async function checkStep(
  { fixtures, engine: wanted, table }: CheckStepArguments,
  io: Io,
): Promise<number> {
  // Direct convolutions: with Winograd's rounding the sign of a nearly zero activation may differ, and an update with it.
  const wishes = { allowSoftwareAdapter: wanted !== 'auto', winograd: 'off' } as const;
  const { engine } = await chooseEngine(wanted, engineOptions(wishes));
  const reports: Report[] = [];
  for (const fixture of fixtures) {
    const checks = await compareStep(await readGoldenStep(path.resolve(io.cwd, fixture)));
    const report = { fixture, engine: engine.name, passed: checks.every(({ passed }) => passed), checks };
    reports.push(report);
    if (table) io.stdout.write(`${renderReport(report).join('\n')}\n`);
  }
  // One file gives one object, several a list of them.
  if (!table) io.stdout.write(`${JSON.stringify(reports.length === 1 ? reports[0] : reports, null, 2)}\n`);
  await engine.close();
  return reports.every(({ passed }) => passed) ? exitCodes.done : exitCodes.failed;
}

function renderReport({ fixture, engine, checks }: Report): string[] {
  const rows = checks.map(({ what, worst, error, tolerance, passed }) => [
    passed ? 'ok' : 'OFF',
    what,
    error.toExponential(1),
    tolerance.toExponential(0),
    worst,
  ]);
  const header = ['', 'figure', 'error', 'allowed', 'worst'];
  const widths = header.map((title, column) =>
    Math.max(title.length, ...rows.map(row => row[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]) =>
    `  ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`.trimEnd();
  return [`${fixture} on ${engine}`, line(header), ...rows.map(line)];
}
