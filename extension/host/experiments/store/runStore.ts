import path from 'node:path';
import { type RunRecord, type RunStatus, runFiles, runsFolder } from '../../../contract/runFolder';
import { parseRunRecord } from '../../../contract/runRecord';
import { Emitter } from '../../dispose';
import { metaFile, parseMeta, type RunMeta } from '../meta/runMeta';
import { eachBounded } from './eachBounded';
import type { RunDisk } from './runDisk';
import type { RunEntry } from './runEntry';

export interface RunStoreOptions {
  /** The workspace's folders, absolute; asked anew at every scan. */
  readonly workspaceFolders: () => readonly string[];
  readonly disk: RunDisk;
  readonly isProcessAlive: (process: NonNullable<RunRecord['process']>) => boolean;
}

/** Files open at a time: enough to keep the disk busy, few enough to leave the editor its own. */
const filesAtOnce = 16;
/** Folders read before the list is first told, so that the newest runs show at once. */
const firstFolders = 200;

interface Cached {
  readonly entry: RunEntry;
  readonly recordStamp: string | undefined;
  readonly metaStamp: string | undefined;
}

/**
 * The runs of the workspace, kept in step with the disk. A file is read again only when its stamp has changed; a folder
 * that cannot be read is an entry like any other.
 */
export class RunStore {
  readonly #options: RunStoreOptions;
  readonly #cache = new Map<string, Cached>();
  readonly #changed = new Emitter<ReadonlySet<string>>();
  #work: Promise<void> = Promise.resolve();

  /** Tells the folders whose entry is new, different or gone. */
  readonly onDidChange = this.#changed.event;

  constructor(options: RunStoreOptions) {
    this.#options = options;
  }

  /** In no particular order. */
  get entries(): readonly RunEntry[] {
    return Array.from(this.#cache.values(), cached => cached.entry);
  }

  get(folder: string): RunEntry | undefined {
    return this.#cache.get(folder)?.entry;
  }

  /** Where runs lie: `.rat/runs` of every workspace folder. */
  get runsFolders(): string[] {
    return this.#options.workspaceFolders().map(folder => path.join(folder, runsFolder));
  }

  /** Looks through all run folders, newest first. */
  scan(): Promise<void> {
    return this.#inTurn(async () => {
      const found = await this.#findFolders();
      const there = new Set(found);
      this.#tell([...this.#cache.keys()].filter(folder => !there.has(folder) && this.#cache.delete(folder)));
      await this.#refresh(found.slice(0, firstFolders));
      await this.#refresh(found.slice(firstFolders));
    });
  }

  /** Looks again at these run folders only. */
  update(folders: Iterable<string>): Promise<void> {
    const unique = [...new Set(folders)];
    return this.#inTurn(() => this.#refresh(unique));
  }

  /** Nothing on the disk changes when a trainer is killed: asks again whether the running ones still live. */
  recheckProcesses(): void {
    const died: string[] = [];
    for (const [folder, cached] of this.#cache) {
      const { entry } = cached;
      if (entry.kind === 'corrupt' || entry.status !== 'running') continue;
      const status = this.#statusOf(entry.record);
      if (status === entry.status) continue;
      this.#cache.set(folder, { ...cached, entry: { ...entry, status } });
      died.push(folder);
    }
    this.#tell(died);
  }

  /** One scan or update at a time, so that an old reading never replaces a newer one. */
  #inTurn(work: () => Promise<void>): Promise<void> {
    const turn = this.#work.then(work);
    this.#work = turn.catch(() => undefined);
    return turn;
  }

  /** A run's folder begins with its time, so names in reverse order are newest first. */
  async #findFolders(): Promise<string[]> {
    const perRoot = await Promise.all(
      this.runsFolders.map(async root => {
        const names = await this.#options.disk.folders(root).catch(() => []);
        return names.map(name => path.join(root, name));
      }),
    );
    return perRoot.flat().sort((a, b) => (path.basename(a) < path.basename(b) ? 1 : -1));
  }

  async #refresh(folders: readonly string[]): Promise<void> {
    const changed: string[] = [];
    await eachBounded(folders, filesAtOnce, async folder => {
      if (await this.#refreshOne(folder)) changed.push(folder);
    });
    this.#tell(changed);
  }

  /** @returns whether the entry is new, different or gone */
  async #refreshOne(folder: string): Promise<boolean> {
    const known = this.#cache.get(folder);
    try {
      if (known !== undefined && (await this.#isCurrent(folder, known))) return false;
      const next = await this.#read(folder);
      if (next === undefined) return this.#cache.delete(folder);
      return this.#replace(folder, next);
    } catch (error) {
      const reason = `${folder} could not be read: ${(error as Error).message}`;
      return this.#replace(folder, {
        ...corrupt(folder, reason),
        recordStamp: undefined,
        metaStamp: undefined,
      });
    }
  }

  /** A folder that is corrupt for the same reason as before is no news. */
  #replace(folder: string, next: Cached): boolean {
    const before = this.#cache.get(folder)?.entry;
    this.#cache.set(folder, next);
    const { entry } = next;
    return !(before?.kind === 'corrupt' && entry.kind === 'corrupt' && before.reason === entry.reason);
  }

  /** A folder without `run.json` has no stamp to compare: it is looked at again. */
  async #isCurrent(folder: string, { recordStamp, metaStamp }: Cached): Promise<boolean> {
    if (recordStamp === undefined) return false;
    const [record, meta] = await Promise.all([
      this.#options.disk.stamp(path.join(folder, runFiles.record)),
      this.#options.disk.stamp(path.join(folder, metaFile)),
    ]);
    return record === recordStamp && meta === metaStamp;
  }

  /** @returns undefined when the folder is gone */
  async #read(folder: string): Promise<Cached | undefined> {
    const { disk } = this.#options;
    const [record, meta] = await Promise.all([
      disk.read(path.join(folder, runFiles.record)),
      disk.read(path.join(folder, metaFile)),
    ]);
    const metaStamp = meta?.stamp;
    if (record === undefined) {
      if ((await disk.stamp(folder)) === undefined) return undefined;
      const reason = `${folder} has no ${runFiles.record}: it is not a run, or its files were removed.`;
      return { ...corrupt(folder, reason), recordStamp: undefined, metaStamp };
    }
    const recordStamp = record.stamp;
    const parsed = parseRunRecord(record.text);
    if ('problem' in parsed) {
      const reason = `${path.join(folder, runFiles.record)} ${parsed.problem}.`;
      return { ...corrupt(folder, reason), recordStamp, metaStamp };
    }
    const entry = this.#summary(folder, parsed.record, meta && parseMeta(meta.text));
    return { entry, recordStamp, metaStamp };
  }

  #summary(folder: string, record: RunRecord, meta: RunMeta | undefined): RunEntry {
    const status = this.#statusOf(record);
    return { kind: 'run', folder, id: path.basename(folder), status, record, meta: meta ?? {} };
  }

  #statusOf({ status, process }: RunRecord): RunStatus {
    if (status !== 'running') return status;
    return process !== undefined && this.#options.isProcessAlive(process) ? 'running' : 'interrupted';
  }

  #tell(folders: readonly string[]): void {
    if (folders.length > 0) this.#changed.fire(new Set(folders));
  }
}

function corrupt(folder: string, reason: string): { readonly entry: RunEntry } {
  return { entry: { kind: 'corrupt', folder, id: path.basename(folder), reason } };
}
