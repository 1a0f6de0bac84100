import path from 'node:path';
import { buildTensorflow } from '../../engine/tensorflow/install/build';
import { downloadTensorflow } from '../../engine/tensorflow/install/download';
import { installationIn } from '../../engine/tensorflow/places';
import { exitCodes } from '../exitCodes';
import type { Io } from '../io';
import type { EngineActionArguments } from '../readEngineAction';

/** Brings the tensorflow engine to this machine; prints a line for every step. */
export async function engine(
  { action, into: folder, python }: EngineActionArguments,
  io: Io,
): Promise<number> {
  const into = folder === undefined ? installationIn.workspace(io.cwd) : path.resolve(io.cwd, folder);
  const say = (line: string) => void io.stdout.write(`${line}\n`);
  if (action === 'install-tensorflow') await downloadTensorflow({ into, say });
  else await buildTensorflow({ into, say, ...(python === undefined ? {} : { python }) });
  return exitCodes.done;
}
