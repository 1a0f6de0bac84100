import { appendFile, readdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import type Mocha from 'mocha';
import { type HostTestLine, hostSpecsFolder, hostTestVariables } from './report';

/** Runs mocha inside the extension host of a VS Code that the test runner has started; in any other it does nothing. */
export async function activate(): Promise<void> {
  const repository = process.env[hostTestVariables.repository];
  const report = process.env[hostTestVariables.report];
  if (!repository || !report) return;
  const tell = (line: HostTestLine) => appendFile(report, `${JSON.stringify(line)}\n`);
  try {
    await runMocha(repository, tell);
    await tell({ type: 'end' });
  } catch (error) {
    await tell({ type: 'end', error: describe(error) });
  }
}

async function runMocha(repository: string, tell: (line: HostTestLine) => Promise<void>): Promise<void> {
  const Runner = createRequire(path.join(repository, 'package.json'))('mocha') as typeof Mocha;
  const mocha = new Runner({ timeout: 60_000, reporter: 'min' });
  const folder = path.join(repository, hostSpecsFolder);
  for (const file of (await readdir(folder)).filter(name => name.endsWith('.test.js')).sort()) {
    mocha.addFile(path.join(folder, file));
  }
  const told: Promise<void>[] = [];
  await new Promise<void>(resolve => {
    const runner = mocha.run(() => resolve());
    runner.on('pass', test => told.push(tell({ type: 'test', title: test.fullTitle() })));
    runner.on('fail', (test, error) =>
      told.push(tell({ type: 'test', title: test.fullTitle(), error: describe(error) })),
    );
  });
  await Promise.all(told);
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
