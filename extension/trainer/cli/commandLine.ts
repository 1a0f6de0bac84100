import { parseArgs } from 'node:util';
import { nearest } from '../../contract/config/nearest';
import type { Command, Invocation, OptionSpec, RawArguments } from './command';
import { commandTable } from './commandTable';
import { exitCodes } from './exitCodes';
import { commandHelp, programHelp, programName } from './help';

import { UserError } from './userError';

/** What the command line asks for: a text to print, or a command to run. */
export type Request =
  | { readonly kind: 'help'; readonly text: string }
  | { readonly kind: 'version' }
  | { readonly kind: 'command'; readonly invocation: Invocation };

/**
 * Reads the arguments after the program's name.
 * @throws UserError (exit code 2) that says what is wrong, the nearest name and how to get help.
 */
export function parseCommandLine(argv: readonly string[]): Request {
  const [first, ...rest] = argv;
  if (first === undefined) {
    throw new UserError(`No command given.\n\n${programHelp(commandTable)}`, exitCodes.badUsage);
  }
  if (first === '--version') return { kind: 'version' };
  if (first === '--help' || first === '-h') return { kind: 'help', text: programHelp(commandTable) };
  if (first === 'help') {
    const [name] = rest;
    return {
      kind: 'help',
      text: name === undefined ? programHelp(commandTable) : commandHelp(findCommand(name)),
    };
  }
  if (first.startsWith('-')) {
    throw new UserError(
      `${first} stands where a command is expected: ${programName} COMMAND [options]. ${helpHint()}`,
      exitCodes.badUsage,
    );
  }
  const command = findCommand(first);
  const raw = parseArguments(command, rest);
  if (raw.flag('help')) return { kind: 'help', text: commandHelp(command) };
  checkPositionals(command, raw.positionals);
  return { kind: 'command', invocation: command.prepare(raw) };
}

function findCommand(name: string): Command {
  const command = commandTable.find(candidate => candidate.name === name);
  if (command) return command;
  const guess = nearest(name, [...commandTable.map(candidate => candidate.name), 'help']);
  throw new UserError(`Unknown command '${name}'.${didYouMean(guess)} ${helpHint()}`, exitCodes.badUsage);
}

/** parseArgs splits; the checks are made here, because its own messages name neither the command nor the nearest option. */
function parseArguments(command: Command, argv: readonly string[]): RawArguments {
  const { tokens } = parseArgs({
    args: [...argv],
    strict: false,
    allowPositionals: true,
    tokens: true,
    options: {
      ...Object.fromEntries(
        Object.entries(command.options).map(([name, option]) => [
          name,
          { type: option.value === undefined ? 'boolean' : 'string' } as const,
        ]),
      ),
      help: { type: 'boolean', short: 'h' },
    },
  });
  const positionals: string[] = [];
  const given = new Map<string, string[]>();
  for (const token of tokens) {
    if (token.kind === 'positional') positionals.push(token.value);
    if (token.kind !== 'option') continue;
    const value = checkOption(command, token);
    given.set(token.name, [...(given.get(token.name) ?? []), value]);
  }
  return {
    positionals,
    text: name => given.get(name)?.at(-1) ?? command.options[name]?.default,
    all: name => given.get(name) ?? [],
    flag: name => given.has(name),
  };
}

interface OptionToken {
  readonly name: string;
  readonly rawName: string;
  readonly value: string | undefined;
  readonly inlineValue: boolean | undefined;
}

/** The option's value; the empty text for a flag. */
function checkOption(command: Command, token: OptionToken): string {
  const spec: OptionSpec | undefined =
    token.name === 'help' ? { description: 'show this help' } : optionOf(command, token.name);
  if (!spec) {
    const guess = nearest(token.name, [...Object.keys(command.options), 'help']);
    throw usageError(command, `unknown option ${token.rawName}.${didYouMean(guess && `--${guess}`)}`);
  }
  if (spec.value === undefined) {
    if (token.value !== undefined) {
      throw usageError(command, `${token.rawName} takes no value, but '${token.value}' was given.`);
    }
    return '';
  }
  const { value } = token;
  // `--seed --json` is a forgotten value; a value that does begin with dashes can be given as --name=--value.
  if (value === undefined || value === '' || (!token.inlineValue && value.startsWith('--'))) {
    throw usageError(command, `${token.rawName} needs a value: ${token.rawName} ${spec.value}.`);
  }
  if (spec.choices && !spec.choices.includes(value)) {
    throw usageError(
      command,
      `${token.rawName} ${value}: expected one of ${spec.choices.join(', ')}.${didYouMean(nearest(value, spec.choices))}`,
    );
  }
  return value;
}

/** Own fields only: `--constructor` is as unknown as any other. */
function optionOf(command: Command, name: string): OptionSpec | undefined {
  return Object.hasOwn(command.options, name) ? command.options[name] : undefined;
}

function checkPositionals(command: Command, positionals: readonly string[]): void {
  const [spec] = command.positionals;
  const most = spec === undefined ? 0 : spec.count === 'many' ? Number.POSITIVE_INFINITY : 1;
  const surplus = positionals[most];
  if (surplus !== undefined) throw usageError(command, `'${surplus}' is one argument too many.`);
  if (spec && spec.count !== 'optional' && positionals.length === 0) {
    throw usageError(command, `${spec.name} is missing: ${spec.description}.`);
  }
}

function usageError(command: Command, message: string): UserError {
  return new UserError(`${command.name}: ${message} ${helpHint(command.name)}`, exitCodes.badUsage);
}

function didYouMean(guess: string | undefined): string {
  return guess === undefined ? '' : ` Did you mean ${guess}?`;
}

function helpHint(command?: string): string {
  return `See ${programName} ${command === undefined ? '--help' : `help ${command}`}.`;
}
