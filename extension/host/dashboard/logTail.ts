import { type FileHandle, open } from 'node:fs/promises';
import { StringDecoder } from 'node:string_decoder';

/** How much of the end of a log is shown at first, and at most read at a time. */
const tailBytes = 64 * 1024;

/** Follows the end of a growing text file; a file that does not exist is empty. */
export class LogTail {
  readonly #file: string;
  #position = 0;
  #decoder = new StringDecoder('utf8');

  constructor(file: string) {
    this.#file = file;
  }

  /** The last whole lines of the file; `more` goes on after them. */
  async start(): Promise<string> {
    return await this.#read(size => Math.max(0, size - tailBytes));
  }

  /** What has been written since; of very much, the last part. A file that was replaced by a shorter one is read anew. */
  async more(): Promise<string> {
    return await this.#read(size =>
      size < this.#position ? Math.max(0, size - tailBytes) : Math.max(this.#position, size - tailBytes),
    );
  }

  async #read(from: (size: number) => number): Promise<string> {
    let file: FileHandle;
    try {
      file = await open(this.#file);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
      throw error;
    }
    try {
      const { size } = await file.stat();
      const start = from(size);
      const continues = start === this.#position;
      if (!continues) this.#decoder = new StringDecoder('utf8');
      const { buffer, bytesRead } = await file.read(Buffer.alloc(size - start), 0, size - start, start);
      this.#position = start + bytesRead;
      const text = this.#decoder.write(buffer.subarray(0, bytesRead));
      // Read from somewhere inside: what comes before the first newline is the rest of a line.
      return continues || start === 0 ? text : text.slice(text.indexOf('\n') + 1);
    } finally {
      await file.close();
    }
  }
}
