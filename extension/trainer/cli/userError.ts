import type { ExitCode } from './exitCodes';

/**
 * Something the person at the command line can mend. The program shows the message alone, without a stack, and ends with
 * `exitCode`. The message says what was found and what to do about it.
 */
export class UserError extends Error {
  override readonly name = 'UserError';
  readonly exitCode: ExitCode;

  constructor(message: string, exitCode: ExitCode) {
    super(message);
    this.exitCode = exitCode;
  }
}
