import { type ExitCode, exitCodes } from './exitCodes';
import { programName } from './help';
import { UserError } from './userError';

/**
 * Errors of other parts whose messages are written for the reader as well. They are known by name, because a command's
 * module, and with it the class, is loaded only when the command is used.
 */
const exitCodeOfError: Readonly<Record<string, ExitCode>> = {
  BatchTooLarge: exitCodes.failed,
  CheckpointError: exitCodes.failed,
  DamagedStateError: exitCodes.failed,
  DataError: exitCodes.failed,
  DivergedError: exitCodes.failed,
  EngineUnavailable: exitCodes.engineUnavailable,
  FileWriteError: exitCodes.failed,
  InstallationError: exitCodes.failed,
  MemoryExhausted: exitCodes.failed,
  RunFolderError: exitCodes.badUsage,
  SafetensorsError: exitCodes.failed,
  StoredEvaluationError: exitCodes.failed,
  TrialFailed: exitCodes.failed,
  UnfitEvaluationError: exitCodes.badUsage,
  UnfitConfigError: exitCodes.badUsage,
  UnknownAttackError: exitCodes.badUsage,
  UnknownModelError: exitCodes.badUsage,
  UnusableModelError: exitCodes.failed,
};

/** The text for stderr and the exit code for what a command threw. Unknown errors keep their stack. */
export function reportError(error: unknown): { readonly text: string; readonly exitCode: ExitCode } {
  if (error instanceof UserError)
    return { text: `${programName}: ${error.message}`, exitCode: error.exitCode };
  if (error instanceof Error && Object.hasOwn(exitCodeOfError, error.name)) {
    return {
      text: `${programName}: ${error.message}${remedyOf(error)}`,
      exitCode: exitCodeOfError[error.name] ?? exitCodes.failed,
    };
  }
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return {
    text: `${programName}: this should not have happened; please report it with the lines below.\n${stack}`,
    exitCode: exitCodes.failed,
  };
}

/** Some of these errors keep what would mend them apart from what is wrong. */
function remedyOf(error: Error): string {
  return 'remedy' in error && typeof error.remedy === 'string' ? ` ${error.remedy}` : '';
}
