import { parseFraction } from '../../contract/config';
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

/**
 * The number above 0 given to an option, possibly as a fraction such as 8/255; undefined where it was not given.
 * @throws UserError where it is none
 */
export function readPositive(raw: RawArguments, option: string): number | undefined {
  const text = raw.text(option);
  if (text === undefined) return undefined;
  const value = fractionIn(text);
  if (Number.isFinite(value) && value > 0) return value;
  throw new UserError(
    `--${option} ${text}: expected a number above 0, or a fraction such as 8/255.`,
    exitCodes.badUsage,
  );
}

/**
 * The numbers above 0 given to an option, separated by commas; undefined where it was not given.
 * @throws UserError where one is none
 */
export function readPositives(raw: RawArguments, option: string): number[] | undefined {
  const text = raw.text(option);
  if (text === undefined) return undefined;
  const values = text.split(',').map(fractionIn);
  if (values.every(value => Number.isFinite(value) && value > 0)) return values;
  throw new UserError(
    `--${option} ${text}: expected a number above 0, or a fraction such as 8/255; several are separated by commas.`,
    exitCodes.badUsage,
  );
}

/**
 * The numbers given to an option, one a channel and separated by commas; undefined where it was not given.
 * @throws UserError where one is none
 */
export function readNumbers(raw: RawArguments, option: string): number[] | undefined {
  const text = raw.text(option);
  if (text === undefined) return undefined;
  const values = text.split(',').map(fractionIn);
  if (values.every(Number.isFinite)) return values;
  throw new UserError(
    `--${option} ${text}: expected numbers separated by commas, one a channel.`,
    exitCodes.badUsage,
  );
}

/**
 * The names given to an option, separated by commas, in the order of `choices` and each once.
 * @throws UserError where one is not among them, or there is none
 */
export function readNames<Name extends string>(
  raw: RawArguments,
  option: string,
  choices: readonly Name[],
): Name[] {
  const text = raw.text(option) ?? '';
  const names = text.split(',').map(name => name.trim());
  const unknown = names.find(name => !choices.some(choice => choice === name));
  if (unknown === undefined) return choices.filter(choice => names.includes(choice));
  throw new UserError(
    `--${option} ${text}: "${unknown}" is none of ${choices.join(', ')}. Separate several by commas.`,
    exitCodes.badUsage,
  );
}

function fractionIn(text: string): number {
  if (!text.includes('/')) return text.trim() === '' ? Number.NaN : Number(text);
  try {
    return parseFraction(text);
  } catch {
    return Number.NaN;
  }
}

/** A field that is there only where it has a value. */
export function optional<Name extends string, Value>(
  name: Name,
  value: Value | undefined,
): { readonly [Key in Name]?: Value } {
  return (value === undefined ? {} : { [name]: value }) as { readonly [Key in Name]?: Value };
}
