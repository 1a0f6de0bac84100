import { existsSync } from 'node:fs';
import path from 'node:path';
import { nearest } from '../../../contract/config/nearest';
import { presets } from '../../../contract/presets';
import { writeFileAtomic } from '../../run/folder/atomicWrite';
import { exitCodes } from '../exitCodes';
import type { Io } from '../io';
import { UserError } from '../userError';

export interface PresetArguments {
  readonly name?: string;
  /** File or folder that gets the config, as it was typed. */
  readonly out?: string;
}

/** Lists the published settings, prints one as a config, or writes it. @throws UserError for an unknown name or a taken file */
export async function preset({ name, out }: PresetArguments, io: Io): Promise<number> {
  if (name === undefined) {
    for (const { name: known, title } of presets) io.stdout.write(`${known.padEnd(50)} ${title}\n`);
    return exitCodes.done;
  }
  const found = presets.find(candidate => candidate.name === name);
  if (!found) {
    const guess = nearest(
      name,
      presets.map(candidate => candidate.name),
    );
    throw new UserError(
      `preset: there is none called '${name}'.${guess === undefined ? '' : ` Did you mean ${guess}?`} ` +
        'Without a name, all are listed.',
      exitCodes.badUsage,
    );
  }
  if (out === undefined) {
    io.stdout.write(found.text);
    return exitCodes.done;
  }
  const file = path.resolve(io.cwd, out);
  if (existsSync(file)) {
    throw new UserError(`preset: ${file} exists. Name another file with --out.`, exitCodes.badUsage);
  }
  await writeFileAtomic(file, found.text);
  io.stdout.write(`${file}\n`);
  return exitCodes.done;
}
