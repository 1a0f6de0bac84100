import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const steps: Readonly<Record<string, { readonly batch: number; readonly steps: number }>> = {
  'small-cnn': { batch: 64, steps: 5 },
  'wide-resnet-10-2': { batch: 32, steps: 5 },
  'wide-resnet-16-4': { batch: 32, steps: 2 },
  'preact-resnet-18': { batch: 32, steps: 2 },
};

interface Contestant {
  readonly name: string;
  readonly command: (model: string, batch: number, steps: number) => readonly [string, ...string[]];
}

/**
 * Training steps of RAT-TRADES (order 2, 10 attack steps) on the simd engine with the Node that runs this, without V8's
 * revectorizer, and with other Nodes; and in PyTorch, in the structure of the paper's code and in the lean one. All take turns, round
 * after round; of each the fastest round counts, for the machine may be shared.
 *
 *     npm run build
 *     npx node test/run.mjs test/bench/simd/besidePyTorch.ts ROUNDS MODEL[,MODEL] NODE[,NODE] PYTHON[,PYTHON]
 */
export async function main(args: readonly string[]): Promise<void> {
  const [rounds = '3', models = Object.keys(steps).join(), nodes = '', pythons = 'python3'] = args;
  const contestants = [
    ours('this Node', process.execPath),
    ours('this Node, 128 bits', process.execPath, ['--no-experimental-wasm-revectorize']),
    ...nodes
      .split(',')
      .filter(node => node !== '')
      .map(node => ours(node, node)),
    ...pythons.split(',').flatMap(python => [pyTorch(python, 'lean'), pyTorch(python, 'official')]),
  ];
  for (const model of models.split(',')) {
    const setting = steps[model];
    if (!setting) throw new Error(`No setting for "${model}"; there are ${Object.keys(steps).join(', ')}.`);
    const fastest = new Map<string, number>();
    for (let round = 0; round < Number(rounds); round++) {
      for (const { name, command } of contestants) {
        const speed = await imagesPerSecond(command(model, setting.batch, setting.steps));
        fastest.set(name, Math.max(speed, fastest.get(name) ?? 0));
      }
    }
    console.log(
      `${model}, batch ${setting.batch}, ${rounds} rounds, Node ${process.version}: images a second`,
    );
    for (const [name, speed] of fastest) console.log(`  ${name.padEnd(48)}${speed.toFixed(1).padStart(8)}`);
  }
}

function ours(name: string, node: string, flags: readonly string[] = []): Contestant {
  return {
    name,
    command: (model, batch, count) => [
      node,
      ...flags,
      'dist/trainer.js',
      'bench',
      ...['--engine', 'simd', '--model', model, '--batch', `${batch}`, '--steps', `${count}`, '--json'],
    ],
  };
}

function pyTorch(python: string, structure: 'lean' | 'official'): Contestant {
  return {
    name: `${python}, ${structure}`,
    command: (model, batch, count) => [
      python,
      'test/bench/pytorch/bench.py',
      ...['--model', model, '--batch', `${batch}`, '--steps', `${count}`, '--attack-steps', '10'],
      ...['--structure', structure, '--threads', '2', '--json'],
    ],
  };
}

async function imagesPerSecond([program, ...rest]: readonly [string, ...string[]]): Promise<number> {
  const { stdout } = await promisify(execFile)(program, rest);
  return (JSON.parse(stdout) as { readonly imagesPerSecond: number }).imagesPerSecond;
}
