import { jsonSchema } from '../../../contract/config';
import { exitCodes } from '../exitCodes';
import type { Io } from '../io';

/** Prints the JSON schema of config files, for editors and other tools. */
export async function schema(_commandArguments: object, io: Io): Promise<number> {
  io.stdout.write(`${JSON.stringify(jsonSchema(), null, 2)}\n`);
  return exitCodes.done;
}
