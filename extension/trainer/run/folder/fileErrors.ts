/** What the system's error codes mean to the person at the keyboard, and what mends them. */
const causes: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full; free some space and try again',
  EDQUOT: 'your disk quota is used up; free some space and try again',
  EFBIG: 'the file would be larger than the file system allows',
  EACCES: 'permission denied; check who may write there',
  EPERM:
    'the operation is not permitted; check who may write there and whether another program holds the file open',
  EBUSY: 'another program holds the file open; close it and try again',
  EROFS: 'the file system is read-only',
  ENOENT: 'the file or its folder does not exist',
  ENOTDIR: 'a part of the path is a file, not a folder',
  EISDIR: 'there is a folder of that name',
  EMFILE: 'too many files are open in this process',
  ENFILE: 'too many files are open on this machine',
  EIO: 'the disk reports an input/output error',
};

/** The system's code of a failed file operation ("ENOSPC"), if it has one. */
export function errorCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/** The cause of a failed file operation in words. */
export function causeInWords(error: unknown): string {
  const code = errorCode(error);
  const words = code === undefined ? undefined : causes[code];
  if (words !== undefined) return `${words} (${code})`;
  return error instanceof Error ? error.message : String(error);
}

/** A file that could not be written; the message names it and says why. */
export class FileWriteError extends Error {
  override readonly name = 'FileWriteError';
  readonly path: string;
  readonly code: string | undefined;

  constructor(path: string, cause: unknown) {
    super(`${path} could not be written: ${causeInWords(cause)}.`, { cause });
    this.path = path;
    this.code = errorCode(cause);
  }
}
