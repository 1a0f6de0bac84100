import { type EngineChoice, engineChoices } from './arguments';
import type { RawArguments } from './command';
import { exitCodes } from './exitCodes';
import { UserError } from './userError';

/**
 * The whole number given to an option, undefined where it was not given.
 * @throws UserError where it is no integer of [least, greatest].
 */
export function readInteger(
  raw: RawArguments,
  option: string,
  least: number,
  greatest: number = Number.MAX_SAFE_INTEGER,
): number | undefined {
  const text = raw.text(option);
  if (text === undefined) return undefined;
  const number = text.trim() === '' ? Number.NaN : Number(text);
  if (Number.isInteger(number) && number >= least && number <= greatest) return number;
  const range = greatest === Number.MAX_SAFE_INTEGER ? `from ${least} up` : `from ${least} to ${greatest}`;
  throw new UserError(`--${option} ${text}: expected a whole number ${range}.`, exitCodes.badUsage);
}

/** The same for an option that has a default and so is always there. */
export function readIntegerOrDefault(raw: RawArguments, option: string, least: number): number {
  const number = readInteger(raw, option, least);
  if (number === undefined) throw new TypeError(`--${option} has no default in the table of commands`);
  return number;
}

/** The engine asked for, undefined where none was. The table's `choices` have already refused other names. */
export function readEngine(raw: RawArguments): EngineChoice | undefined {
  return engineChoices.find(engine => engine === raw.text('engine'));
}
