import type { Io } from './io';

export interface PositionalSpec {
  readonly name: string;
  readonly description: string;
  /** How many may stand there. `one` and `optional` take a single value, `many` one or more. */
  readonly count: 'one' | 'optional' | 'many';
}

export interface OptionSpec {
  readonly description: string;
  /** What the value is called in help, `DIR`; absent for a flag. */
  readonly value?: string;
  /** Taken where the option is absent. */
  readonly default?: string;
  /** The only values allowed. */
  readonly choices?: readonly string[];
  /** May be given several times; the values are collected in their order. Otherwise the last one counts. */
  readonly repeatable?: boolean;
}

/** What stood on the command line, checked against the specification but still text. */
export interface RawArguments {
  positionals: readonly string[];
  /** The option's value, or its default. */
  text(option: string): string | undefined;
  all(option: string): readonly string[];
  flag(option: string): boolean;
}

export interface CommandSpec {
  readonly name: string;
  readonly summary: string;
  readonly positionals: readonly PositionalSpec[];
  readonly options: Readonly<Record<string, OptionSpec>>;
  /** Paragraphs that help shows below the options. */
  readonly notes?: readonly string[];
  /** Whether it listens to `Io.signal`; the others are simply ended by SIGINT and SIGTERM. */
  readonly stopsOrderly?: boolean;
}

export interface Command extends CommandSpec {
  /** @throws UserError where a value is not legal. */
  prepare(raw: RawArguments): Invocation;
}

/** A command with its arguments, ready to be run. */
export interface Invocation {
  readonly command: string;
  readonly arguments: unknown;
  readonly stopsOrderly: boolean;
  /** Loads the command's module and runs it; resolves to the process's exit code. */
  execute(io: Io): Promise<number>;
}

export type CommandFunction<Arguments> = (commandArguments: Arguments, io: Io) => Promise<number>;

/**
 * Ties a specification to the function that does the work. `load` is called only when the command is used, so that
 * `--help` does not wait for TensorFlow.js.
 */
export function defineCommand<Arguments>(
  spec: CommandSpec & {
    read(raw: RawArguments): Arguments;
    load(): Promise<CommandFunction<Arguments>>;
  },
): Command {
  const { read, load, ...rest } = spec;
  return {
    ...rest,
    prepare(raw) {
      const commandArguments = read(raw);
      return {
        command: spec.name,
        arguments: commandArguments,
        stopsOrderly: spec.stopsOrderly ?? false,
        execute: async io => (await load())(commandArguments, io),
      };
    },
  };
}
