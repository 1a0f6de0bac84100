import { existsSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline/promises';
import { placeOf } from '../../../contract/dataFolder';
import {
  isOfficialName,
  type OfficialName,
  officialDatasets,
  officialNames,
} from '../../../contract/datasets';
import type { ImageSet } from '../../data/dataset';
import { getDataset } from '../../data/get/getDataset';
import { type DatasetChoice, loadStored } from '../../data/load';
import { assetFolder } from '../../engine/assets';
import { decodingDisplay } from '../display/decodingDisplay';
import { exitCodes } from '../exitCodes';
import type { Io } from '../io';
import type { DataArguments } from '../readData';
import { UserError } from '../userError';

/** Lists, gets and checks datasets. @returns exit code */
export async function data(options: DataArguments, io: Io): Promise<number> {
  switch (options.action) {
    case 'list':
      return list(options, io);
    case 'get':
      return get(options, io);
    case 'check':
      return check(options, io);
  }
}

function list({ json }: DataArguments, io: Io): number {
  for (const name of officialNames) {
    const { title, licence, homepage, files } = officialDatasets[name];
    const place = placeOf(name);
    const isHere = files.every(file => existsSync(path.join(place, file.name)));
    const bytes = totalBytes(name);
    if (json) {
      io.stdout.write(`${JSON.stringify({ name, title, licence, homepage, bytes, place, isHere })}\n`);
    } else {
      const where = files.length === 0 ? 'comes with the program' : isHere ? `here: ${place}` : 'not here';
      io.stdout.write(`${name.padEnd(14)} ${where}\n  ${title}${bytes > 0 ? `, ${megabytes(bytes)}` : ''}\n`);
    }
  }
  return exitCodes.done;
}

async function get(options: DataArguments & { readonly action: 'get' }, io: Io): Promise<number> {
  try {
    return await getAll(options, io);
  } catch (error) {
    if (!io.signal.aborted) throw error;
    io.stderr.write('Stopped. What has arrived is kept; the same command goes on from there.\n');
    return exitCodes.stopped;
  }
}

async function getAll(options: DataArguments & { readonly action: 'get' }, io: Io): Promise<number> {
  for (const name of options.names) {
    const { files } = officialDatasets[name];
    if (files.length === 0) {
      io.stdout.write(`${name} comes with the program: there is nothing to get.\n`);
      continue;
    }
    const to = options.to === undefined ? placeOf(name) : path.resolve(io.cwd, options.to);
    if (!options.json) io.stdout.write(`${terms(name, to, options.from).join('\n')}\n`);
    if (!options.agreed && !(await agree(io))) return exitCodes.stopped;
    const { from } = options;
    const result = await getDataset(name, {
      to,
      ...(from === undefined ? {} : { from: /^https?:/.test(from) ? from : path.resolve(io.cwd, from) }),
      signal: io.signal,
      progress: showProgress(options.json, io),
    });
    if (options.json) {
      io.stdout.write(`${JSON.stringify({ type: 'data-here', name, files: result.files })}\n`);
    } else {
      io.stdout.write(`${result.fetched ? 'Verified and stored' : 'Already here'}: ${to}\n`);
    }
  }
  return exitCodes.done;
}

/** What a person should know before anything is fetched. */
function terms(name: OfficialName, to: string, from: string | undefined): string[] {
  const { title, licence, homepage, files } = officialDatasets[name];
  return [
    title,
    `Licence: ${licence}`,
    `Authors' page: ${homepage}`,
    ...files.map(
      ({ name: file, url, bytes }) => `  ${from === undefined ? url : file} (${megabytes(bytes)})`,
    ),
    ...(from === undefined ? [] : [`From: ${from}`]),
    `To: ${to} (${megabytes(totalBytes(name))} in all)`,
  ];
}

async function agree(io: Io): Promise<boolean> {
  if (!io.isTerminal) {
    throw new UserError(
      'data get: nobody can be asked here. Add --yes once you have seen address, size and licence.',
      exitCodes.badUsage,
    );
  }
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await terminal.question('Get it? [y/N] ');
  terminal.close();
  return /^y(es)?$/i.test(answer.trim());
}

/** A line a file that is drawn over on a terminal; every tenth of a file where nobody watches; at most ten JSON lines a second. */
function showProgress(
  json: boolean,
  io: Io,
): (told: { file: string; bytes: number; totalBytes: number }) => void {
  let shown = '';
  let last = 0;
  return ({ file, bytes, totalBytes: total }) => {
    const whole = bytes === total;
    if (json) {
      if (!whole && performance.now() - last < 100) return;
      last = performance.now();
      io.stdout.write(`${JSON.stringify({ type: 'data-progress', file, bytes, totalBytes: total })}\n`);
      return;
    }
    const percent = Math.floor((100 * bytes) / total);
    const step = io.isTerminal ? percent : Math.floor(percent / 10) * 10;
    const text = `${file}  ${step} % of ${megabytes(total)}`;
    if (text === shown) return;
    shown = text;
    io.stdout.write(io.isTerminal ? `\r${text}${whole ? '\n' : ''}` : `${text}\n`);
  };
}

async function check(
  { dataset, json }: DataArguments & { readonly action: 'check' },
  io: Io,
): Promise<number> {
  const start = performance.now();
  const { dataset: found, from } = await loadStored(
    choiceOf(dataset, io.cwd),
    { embeddedMnist: path.join(assetFolder(), 'data', 'mnist'), config: io.cwd },
    json ? undefined : decodingDisplay(io),
  );
  const seconds = (performance.now() - start) / 1000;
  const { name, classes, train, test } = found;
  const report = {
    name,
    classes,
    images: { train: train.count, test: test.count },
    size: { height: train.height, width: train.width, channels: train.channels },
    perClass: { train: countLabels(train, classes), test: countLabels(test, classes) },
    from,
    seconds,
  };
  if (json) io.stdout.write(`${JSON.stringify(report)}\n`);
  else {
    const again = {
      files: 'read',
      store: 'read from the store',
      'files-again': 'the store was damaged; decoded again',
    };
    io.stdout.write(
      `${name}: ${classes} classes, ${train.count} training and ${test.count} test images of ` +
        `${train.height} x ${train.width} x ${train.channels} (${again[from]}, ${seconds.toFixed(1)} s)\n` +
        `Images a class: ${range(report.perClass.train)} for training, ${range(report.perClass.test)} for testing\n`,
    );
  }
  return exitCodes.done;
}

function choiceOf(dataset: string, cwd: string): DatasetChoice {
  if (isOfficialName(dataset)) return { name: dataset };
  const folder = path.resolve(cwd, dataset);
  return { name: existsSync(path.join(folder, 'train')) ? 'images' : 'idx', path: folder };
}

function countLabels({ labels }: ImageSet, classes: number): number[] {
  const counts = new Array<number>(classes).fill(0);
  for (const label of labels) counts[label] = (counts[label] ?? 0) + 1;
  return counts;
}

function range(counts: readonly number[]): string {
  const [least, most] = [Math.min(...counts), Math.max(...counts)];
  return least === most ? `${least}` : `${least} to ${most}`;
}

const totalBytes = (name: OfficialName): number =>
  officialDatasets[name].files.reduce((sum, { bytes }) => sum + bytes, 0);

const megabytes = (bytes: number): string =>
  bytes < 1_000_000 ? `${Math.ceil(bytes / 1000)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
