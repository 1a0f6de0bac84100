/** The memory of an engine that manages its own. */
export interface EngineMemory {
  readonly bytesInUse: number;
  /** The most that was in use since `restartPeak`, or ever. */
  readonly peakBytes: number;
  restartPeak(): void;
  /** Releases, when called, every tensor made since: what fails inside a gradient leaves tensors behind that nobody knows. */
  releaser(): () => void;
}

/** An engine has no room for an array: `bytesWanted` are, `bytesAvailable` could be had at most in one piece. */
export class MemoryExhausted extends Error {
  override readonly name = 'MemoryExhausted';
  readonly bytesWanted: number;
  readonly bytesAvailable: number;
  readonly bytesInUse: number;

  constructor(bytesWanted: number, bytesAvailable: number, bytesInUse: number) {
    super(
      `the engine's memory is exhausted: ${inWords(bytesInUse)} are in use, ${inWords(bytesWanted)} more are wanted, and at most ${inWords(bytesAvailable)} are free in one piece`,
    );
    this.bytesWanted = bytesWanted;
    this.bytesAvailable = bytesAvailable;
    this.bytesInUse = bytesInUse;
  }
}

function inWords(bytes: number): string {
  const [unit, size] = bytes < 2 ** 30 ? ['MiB', 2 ** 20] : ['GiB', 2 ** 30];
  return `${(bytes / size).toFixed(2)} ${unit}`;
}
