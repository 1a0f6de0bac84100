import type { RunArguments } from '../arguments';
import { exitCodes } from '../exitCodes';
import type { Io } from '../io';
export async function run(_options: RunArguments, _io: Io): Promise<number> {
  return exitCodes.failed;
}
