import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Writable } from 'node:stream';
import type { NamedArray } from '../../../extension/trainer/checkpoint/namedArray';
import { encodeSafetensors, readSafetensors } from '../../../extension/trainer/checkpoint/safetensors';
import { exportCheckpoint, importCheckpoint } from '../../../extension/trainer/cli/commands/convert';
import type { Io } from '../../../extension/trainer/cli/io';
import type { Model } from '../../../extension/trainer/models/model';
import { tinyPreActResNet, tinySmallCnn, tinyWideResNet } from '../support/recipes';

/** The arrays of a network, each filled with its place among them, as a PyTorch program would name them. */
function stateDict(model: Model, rename: (name: string) => string): Map<string, NamedArray> {
  const shapes: (readonly [string, readonly number[]])[] = [
    ...model.parameters.map(({ name, shape }) => [name, shape] as const),
    ...model.batchNorms.flatMap(({ name, channels }) => [
      [`${name}.running_mean`, [channels]] as const,
      [`${name}.running_var`, [channels]] as const,
    ]),
  ];
  const arrays = new Map<string, NamedArray>();
  shapes.forEach(([name, shape], place) => {
    const count = shape.reduce((product, size) => product * size, 1);
    arrays.set(rename(name), { dtype: 'F32', shape, data: new Float32Array(count).fill(place + 1) });
  });
  for (const { name } of model.batchNorms) {
    const data = BigInt64Array.of(9n);
    arrays.set(rename(`${name}.num_batches_tracked`), { dtype: 'I64', shape: [], data });
  }
  return arrays;
}

const plain = (name: string) => name;

describe('import and export', () => {
  let folder = '';
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'convert-'));
  });
  after(() => rm(folder, { recursive: true }));

  const place = (name: string) => path.join(folder, name);
  const write = async (name: string, arrays: ReadonlyMap<string, NamedArray>) => {
    await writeFile(place(name), Buffer.concat(encodeSafetensors(arrays)));
    return place(name);
  };
  const printed = async (command: (io: Io) => Promise<number>): Promise<string> => {
    let text = '';
    const stdout = new Writable({
      write(chunk, _encoding, done) {
        text += String(chunk);
        done();
      },
    });
    const io = {
      stdout,
      stderr: stdout,
      cwd: folder,
      argv: [],
      isTerminal: false,
      signal: new AbortController().signal,
    };
    assert.equal(await command(io), 0);
    return text;
  };
  const options = {
    checkpoint: 'best',
    naming: 'plain',
    prefix: '',
    workspace: '.',
    replace: false,
  } as const;

  it('write every array, counters included, under our names, and say which naming and model were recognised', async () => {
    for (const [model, words] of [
      [
        tinyWideResNet(),
        /Names: WideResNet of TRADES and RobustBench, behind "module\."\nModel: wide-resnet-10-1, /,
      ],
      [tinyPreActResNet(), /Names: PreActResNet of AWP, robust_overfitting and RAT, behind "module\."\n/],
    ] as const) {
      const file = await write(
        `${model.name}.safetensors`,
        stateDict(model, name => `module.${name}`),
      );
      const text = await printed(io =>
        importCheckpoint({ file, out: `${model.name}.out`, replace: false }, io),
      );
      assert.match(text, words);
      const { arrays } = await readSafetensors(place(`${model.name}.out`));
      assert.deepEqual(new Map([...arrays].sort()), new Map([...stateDict(model, plain)].sort()));
    }
  });

  it('give a small CNN the names of TRADES and take them back', async () => {
    const model = tinySmallCnn();
    const file = await write('cnn.safetensors', stateDict(model, plain));
    await printed(io =>
      exportCheckpoint({ ...options, source: file, out: 'trades', naming: 'trades', prefix: 'module.' }, io),
    );
    const { arrays, metadata } = await readSafetensors(place('trades'));
    assert.ok(
      arrays.has('module.feature_extractor.conv1.weight') && arrays.has('module.classifier.fc3.bias'),
    );
    assert.equal(metadata['model'], 'small-cnn');
    const text = await printed(io => importCheckpoint({ file: 'trades', out: 'back', replace: false }, io));
    assert.match(text, /Names: SmallCNN of TRADES, behind "module\."/);
    assert.deepEqual(
      new Map([...(await readSafetensors(place('back'))).arrays].sort()),
      new Map([...stateDict(model, plain)].sort()),
    );
  });

  it('keep the normalisation beside the network on the way in, and out of the arrays on the way out', async () => {
    const arrays = stateDict(tinyWideResNet(), name => `model.${name}`);
    arrays.set('mu', { dtype: 'F32', shape: [1, 3, 1, 1], data: Float32Array.of(0.5, 0.25, 0.125) });
    arrays.set('sigma', { dtype: 'F32', shape: [1, 3, 1, 1], data: Float32Array.of(0.5, 1, 2) });
    const file = await write('normalised.safetensors', arrays);
    const text = await printed(io => importCheckpoint({ file, replace: false }, io));
    assert.match(text, /Normalisation: mean 0\.5, 0\.25, 0\.125; std 0\.5, 1, 2/);
    const imported = place('normalised.imported.safetensors');
    assert.deepEqual([...((await readSafetensors(imported)).arrays.get('std')?.data ?? [])], [0.5, 1, 2]);
    await printed(io => exportCheckpoint({ ...options, source: imported, out: 'strict' }, io));
    const strict = await readSafetensors(place('strict'));
    assert.equal(strict.arrays.has('std'), false);
    assert.equal(strict.metadata['std'], '0.5,1,2');
  });

  it('name the array that does not fit, and refuse pickles and files that exist', async () => {
    const arrays = stateDict(tinyWideResNet(), plain);
    arrays.set('block2.layer.0.bn2.bias', { dtype: 'F32', shape: [5], data: new Float32Array(5) });
    const file = await write('misfit.safetensors', arrays);
    await assert.rejects(
      printed(io => importCheckpoint({ file, replace: false }, io)),
      /"block2\.layer\.0\.bn2\.bias" has the shape \[5\]; wide-resnet-10-1 .* needs \[32\]/,
    );
    await writeFile(place('net.pt'), Buffer.from('PK\x03\x04 and more', 'latin1'));
    await assert.rejects(
      printed(io => importCheckpoint({ file: 'net.pt', replace: false }, io)),
      /net\.pt is a file of torch\.save, a pickle\. .*python3 .*convert_checkpoint\.py .* net\.safetensors/,
    );
    await writeFile(place('there'), 'mine');
    await assert.rejects(
      printed(io => importCheckpoint({ file, out: 'there', replace: false }, io)),
      /there exists\. Name another file with --out, or add --replace/,
    );
    assert.equal(await readFile(place('there'), 'utf8'), 'mine');
  });
});
