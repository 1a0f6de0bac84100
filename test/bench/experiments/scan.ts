// Measures how long the sidebar's list takes with many runs: first list, whole list, second scan, one changed run.
// Run: npx esbuild test/bench/experiments/scan.ts --bundle --platform=node --format=esm --outfile=.build/bench/scan.mjs
//      node .build/bench/scan.mjs [runs, by default 2000]
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { runDisk } from '../../../extension/host/experiments/store/runDisk';
import { RunStore } from '../../../extension/host/experiments/store/runStore';
import { groupRuns } from '../../../extension/host/experiments/tree/group';
import { sortRuns } from '../../../extension/host/experiments/tree/sort';
import { TreeModel } from '../../../extension/host/experiments/tree/treeModel';

const count = Number(process.argv[2] ?? 2000);
const workspace = await mkdtemp(path.join(tmpdir(), 'scan-'));
const folders = Array.from({ length: count }, (_, index) => {
  const id = `2023${String(index).padStart(4, '0')}-120000-experiment-${index % 20}-abcd`;
  return path.join(workspace, '.rat', 'runs', id);
});

try {
  await Promise.all(folders.map(writeRun));
  // A new list three times: the first also pays for compiling the program, as in a window that has just opened.
  await firstScan();
  await firstScan();
  const store = await firstScan();

  await measure('sorted, grouped and arranged in', async () => {
    const groups = groupRuns(
      sortRuns(store.entries, 'best robust accuracy'),
      'name',
      () => 'finished',
      new Date(),
    );
    new TreeModel().arrange(groups, false, new Set());
  });
  await measure('second scan, nothing changed', () => store.scan());
  const [changed] = folders;
  if (changed !== undefined) {
    await writeRun(changed);
    await measure('one changed run is read in', () => store.update([changed]));
  }
} finally {
  await rm(workspace, { recursive: true, force: true });
}

async function firstScan(): Promise<RunStore> {
  const store = new RunStore({
    workspaceFolders: () => [workspace],
    disk: runDisk,
    isProcessAlive: () => true,
  });
  const longestPause = watchEventLoop();
  const start = performance.now();
  let firstList: number | undefined;
  store.onDidChange(() => {
    firstList ??= performance.now() - start;
  });
  await store.scan();
  report('first rows can be drawn after', firstList ?? Number.NaN);
  report(`all ${store.entries.length} runs are listed after`, performance.now() - start);
  report('longest pause of the event loop', longestPause());
  return store;
}

async function writeRun(folder: string): Promise<void> {
  const figures = { step: 300, epoch: 3, cleanAccuracy: 0.97, robustAccuracy: 0.45 };
  const time = new Date().toISOString();
  const record = {
    version: 1,
    id: path.basename(folder),
    name: path.basename(folder).slice(16, -5),
    status: 'finished',
    engine: 'wasm',
    device: 'a processor with a name of the usual length',
    createdAt: time,
    updatedAt: time,
    step: 300,
    epoch: 3,
    totalSteps: 300,
    seconds: 61,
    last: figures,
    best: figures,
    test: { ...figures, attack: 'PGD-20', examples: 1000 },
  };
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, 'run.json'), JSON.stringify(record, null, 2));
}

async function measure(what: string, action: () => Promise<void>): Promise<void> {
  const start = performance.now();
  await action();
  report(what, performance.now() - start);
}

function report(what: string, milliseconds: number): void {
  process.stdout.write(`${what.padEnd(36)} ${milliseconds.toFixed(1).padStart(8)} ms\n`);
}

/** @returns ends the watch and tells the longest time between two turns of the event loop, in milliseconds */
function watchEventLoop(): () => number {
  let last = performance.now();
  let longest = 0;
  const timer = setInterval(() => {
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
  }, 1);
  return () => {
    clearInterval(timer);
    return longest;
  };
}
