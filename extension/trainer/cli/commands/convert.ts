import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { runFiles } from '../../../contract/runFolder';
import { loadCheckpoint } from '../../checkpoint/checkpointStore';
import { type ConvertedNetwork, networkOf, readNetwork, writeNetwork } from '../../checkpoint/convert';
import { modelNamed } from '../../models/modelNamed';
import { findRun } from '../../run/folder/findRun';
import { exitCodes } from '../exitCodes';
import type { Io } from '../io';
import type { ExportArguments, ImportArguments } from '../readConvert';
import { UserError } from '../userError';

/** Reads a file of a PyTorch program, says what it is, and writes it under our names. */
export async function importCheckpoint(options: ImportArguments, io: Io): Promise<number> {
  const file = path.resolve(io.cwd, options.file);
  const out = path.resolve(
    io.cwd,
    options.out ?? `${file.replace(/\.safetensors$/, '')}.imported.safetensors`,
  );
  refuseExisting(out, options.replace);
  const network = await readNetwork(
    file,
    options.model === undefined ? undefined : modelNamed(options.model),
  );
  await writeNetwork(network, out, { naming: 'plain', prefix: '', normalisationArrays: true });
  io.stdout.write(`${[...describe(network), `Written to ${out}`].join('\n')}\n`);
  return exitCodes.done;
}

/** Writes the network of a run or a file for PyTorch. */
export async function exportCheckpoint(options: ExportArguments, io: Io): Promise<number> {
  const out = path.resolve(io.cwd, options.out);
  refuseExisting(out, options.replace);
  const network = await sourceNetwork(options, io);
  const { naming, prefix } = options;
  await writeNetwork(network, out, { naming, prefix, normalisationArrays: false });
  const { normalisation } = network.weights;
  const note = normalisation
    ? ['Normalise images before this network: the mean and std are in the metadata, not among the arrays.']
    : [];
  io.stdout.write(`${[...describe(network), ...note, `Written to ${out}`].join('\n')}\n`);
  return exitCodes.done;
}

async function sourceNetwork(options: ExportArguments, io: Io): Promise<ConvertedNetwork> {
  const file = path.resolve(io.cwd, options.source);
  if (statSync(file, { throwIfNoEntry: false })?.isFile()) return readNetwork(file);
  const workspace = path.resolve(io.cwd, options.workspace);
  const run = await findRun(workspace, existsSync(file) ? file : options.source);
  const folder = path.join(run, runFiles.checkpoints);
  const found = await loadCheckpoint(folder, options.checkpoint);
  if (!found) {
    throw new UserError(
      `export: ${run} has no checkpoint "${options.checkpoint}" yet. Try --checkpoint ${options.checkpoint === 'best' ? 'last' : 'best'}, or train it further.`,
      exitCodes.failed,
    );
  }
  return networkOf(found.weights, path.join(folder, `${options.checkpoint}.safetensors`));
}

function refuseExisting(file: string, replace: boolean): void {
  if (replace || !existsSync(file)) return;
  throw new UserError(`${file} exists. Name another file with --out, or add --replace.`, exitCodes.badUsage);
}

function describe({ model, weights }: ConvertedNetwork): string[] {
  const count = model.parameters.reduce(
    (sum, { shape }) => sum + shape.reduce((product, size) => product * size, 1),
    0,
  );
  const { normalisation, unused, naming } = weights;
  return [
    `Names: ${naming}`,
    `Model: ${model.name}, ${count.toLocaleString('en-US')} parameters, ${model.classes} classes, images ${model.inputShape.join(' x ')}`,
    `Batch-norm layers: ${model.batchNorms.length}`,
    ...(normalisation
      ? [`Normalisation: mean ${normalisation.mean.join(', ')}; std ${normalisation.std.join(', ')}`]
      : []),
    ...(unused.length > 0 ? [`Not used: ${unused.join(', ')}`] : []),
  ];
}
