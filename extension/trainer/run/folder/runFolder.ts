import { appendFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { RunEvent } from '../../../contract/events';
import { encodeJson } from '../../../contract/metrics';
import { type RunRecord, runFiles } from '../../../contract/runFolder';
import { writeFileAtomic } from './atomicWrite';
import { FileWriteError } from './fileErrors';
import type { MetricsWriter } from './metricsWriter';
import { requirePlainFileName } from './runId';
import { readRunRecord } from './runRecord';

/** What changes in `run.json`: its identity does not, and `updatedAt` is set with every change. */
export type RunRecordPatch = Partial<Omit<RunRecord, FixedField | 'reason'>> & {
  /** Undefined takes it back: a resumed run has not failed any more. */
  readonly reason?: string | undefined;
};

type FixedField = 'version' | 'id' | 'createdAt' | 'updatedAt' | 'process';

/**
 * A run's folder, held by the one trainer that writes it: see `createRunFolder` and `openRunFolder`.
 * Every file but the growing ones (metrics, log) is replaced as a whole, so that a reader never sees half of one.
 * Writing throws FileWriteError, which names the file and the cause.
 */
export class RunFolder {
  /** Absolute path. */
  readonly path: string;
  readonly #metrics: MetricsWriter;
  #record: RunRecord;
  #recordWrites: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(folder: string, record: RunRecord, metrics: MetricsWriter) {
    this.path = folder;
    this.#record = record;
    this.#metrics = metrics;
  }

  get id(): string {
    return this.#record.id;
  }

  /** For the checkpoint store. */
  get checkpoints(): string {
    return path.join(this.path, runFiles.checkpoints);
  }

  /** `run.json` as it is on disk. */
  readRecord(): Promise<RunRecord> {
    return readRunRecord(this.path);
  }

  /** Changes `run.json`. Calls may overlap: they take effect in order. */
  async updateRecord(patch: RunRecordPatch): Promise<void> {
    if (this.#closed) throw new Error(`${this.path} is closed: its record cannot be changed.`);
    const { version, id, createdAt, process } = this.#record;
    const { reason, ...changed } = { ...this.#record, ...patch };
    await this.#replaceRecord({
      ...changed,
      ...(reason === undefined ? {} : { reason }),
      ...(process === undefined ? {} : { process }),
      version,
      id,
      createdAt,
    });
  }

  /** Writes `config.json`: the resolved config, its source text, versions, git commit. */
  writeConfig(config: unknown): Promise<void> {
    return this.#writeJson(runFiles.config, config);
  }

  /**
   * Appends to `metrics.jsonl`: on disk within 100 ms, or after `flush`.
   * @throws FileWriteError when an earlier write has failed, for example because the disk is full; this event is kept
   */
  appendEvent(event: RunEvent): void {
    this.#metrics.append(event);
  }

  /** Bytes of `metrics.jsonl` once every event appended so far has been written. */
  get metricsBytes(): number {
    return this.#metrics.appendedBytes;
  }

  /** Returns when every event appended so far is in `metrics.jsonl`. */
  flush(): Promise<void> {
    return this.#metrics.flush();
  }

  /**
   * Adds to `log.txt`, at once, so that the last words of a dying process are there. Never throws: a log that cannot be
   * written does not stop training, and a full disk is told by the files that matter.
   */
  log(text: string): void {
    const indented = text.trimEnd().replaceAll('\n', '\n  ');
    try {
      appendFileSync(path.join(this.path, runFiles.log), `${new Date().toISOString()} ${indented}\n`);
    } catch {
      return;
    }
  }

  /** @returns the file's path from the run folder, as an `examples` event names it */
  async writeExample(fileName: string, png: Uint8Array): Promise<string> {
    const file = `${runFiles.examples}/${requirePlainFileName(fileName)}`;
    await this.#write(file, png);
    return file;
  }

  /**
   * @param name without ".json"
   * @returns the file's path from the run folder
   */
  async writeEvaluation(name: string, result: unknown): Promise<string> {
    const file = `${runFiles.evaluations}/${requirePlainFileName(`${name}.json`)}`;
    await this.#writeJson(file, result);
    return file;
  }

  /** Writes what is pending and lets go of the run, so that another trainer may open it. Again: does nothing. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    try {
      await this.#metrics.close();
    } finally {
      const { process: _released, control: _closed, ...record } = this.#record;
      await this.#replaceRecord(record);
    }
  }

  #replaceRecord(record: RunRecord): Promise<void> {
    this.#record = { ...record, updatedAt: new Date().toISOString() };
    const write = this.#recordWrites.then(() => this.#writeJson(runFiles.record, this.#record));
    // One that fails is told to its caller; the next one is tried all the same.
    this.#recordWrites = write.catch(() => undefined);
    return write;
  }

  #writeJson(file: string, value: unknown): Promise<void> {
    return this.#write(file, `${encodeJson(value, 2)}\n`);
  }

  async #write(file: string, data: string | Uint8Array): Promise<void> {
    const target = path.join(this.path, file);
    await mkdir(path.dirname(target), { recursive: true }).catch(error => {
      throw new FileWriteError(target, error);
    });
    await writeFileAtomic(target, data);
  }
}
