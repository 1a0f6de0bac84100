/** The data cannot be used as they are. The message names the file, what was found there and how to mend it. */
export class DataError extends Error {
  override readonly name = 'DataError';
}
