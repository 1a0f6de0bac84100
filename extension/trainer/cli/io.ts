/** A stream as a command sees it: `process.stdout`, or any writable in a test. */
export type Output = NodeJS.WritableStream & {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
};

/** All that a command may touch of the process it runs in. */
export interface Io {
  readonly stdout: Output;
  readonly stderr: Output;
  /** The command line after the program's name. */
  readonly argv: readonly string[];
  /** Folder against which relative paths of the command line are resolved. */
  readonly cwd: string;
  /** Whether a person sees stdout: colours and a live display are welcome. */
  readonly isTerminal: boolean;
  /** Aborted when the command shall come to an orderly end: save, tell, and return `exitCodes.stopped`. */
  readonly signal: AbortSignal;
}
