import type { Command, OptionSpec, PositionalSpec } from './command';
import { exitCodeMeanings } from './exitCodes';
import { wrapWords } from './wrapWords';

export const programName = 'randomized-at';

const width = 80;

/** `--help`: the commands and the exit codes. */
export function programHelp(commands: readonly Command[]): string {
  return [
    'Adversarial training with randomized weights: train, check, measure.',
    '',
    `Usage: ${programName} COMMAND [options]`,
    '',
    'Commands:',
    ...table(
      commands.map(command => [
        [command.name, ...command.positionals.map(usageOf)].join(' '),
        command.summary,
      ]),
    ),
    '',
    'Options:',
    ...table([
      ['-h, --help', 'show this help'],
      ['--version', 'print the version'],
    ]),
    '',
    ...exitCodeLines(),
    '',
    `Options of a command: ${programName} help COMMAND`,
  ].join('\n');
}

/** `help COMMAND`: its arguments and options. */
export function commandHelp(command: Command): string {
  const usage = [programName, command.name, ...command.positionals.map(usageOf), '[options]'].join(' ');
  const positionals = command.positionals.map(({ name, description }) => [name, description] as const);
  const options = Object.entries(command.options).map(
    ([name, option]) => [optionUsage(name, option), optionDescription(option)] as const,
  );
  return [
    `${command.name}: ${command.summary}.`,
    '',
    `Usage: ${usage}`,
    '',
    ...(positionals.length > 0 ? ['Arguments:', ...table(positionals), ''] : []),
    'Options:',
    ...table([...options, ['-h, --help', 'show this help']]),
    '',
    ...(command.notes ?? []).flatMap(note => [...wrapWords(note, width), '']),
    ...exitCodeLines(),
  ].join('\n');
}

function exitCodeLines(): string[] {
  return ['Exit codes:', ...table(exitCodeMeanings)];
}

function usageOf({ name, count }: PositionalSpec): string {
  return { one: name, optional: `[${name}]`, many: `${name}...` }[count];
}

function optionUsage(name: string, option: OptionSpec): string {
  return option.value === undefined ? `--${name}` : `--${name} ${option.value}`;
}

function optionDescription(option: OptionSpec): string {
  const facts = [
    option.choices && `one of ${option.choices.join(', ')}`,
    option.default !== undefined && `default ${option.default}`,
  ].filter(fact => typeof fact === 'string');
  return facts.length > 0 ? `${option.description} (${facts.join('; ')})` : option.description;
}

/** Two columns, the second wrapped under itself. */
function table(rows: readonly (readonly [left: string, right: string])[]): string[] {
  const leftWidth = Math.max(...rows.map(([left]) => left.length));
  return rows.flatMap(([left, right]) =>
    wrapWords(right, width - leftWidth - 4).map(
      (line, index) => `  ${(index === 0 ? left : '').padEnd(leftWidth)}  ${line}`,
    ),
  );
}
