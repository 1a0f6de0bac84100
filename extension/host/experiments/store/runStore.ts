import path from 'node:path';
import { type RunRecord, type RunStatus, runFiles, runsFolder } from '../../../contract/runFolder';
import { parseRunRecord } from '../../../contract/runRecord';
import { Emitter } from '../../dispose';
import { metaFile, parseMeta, type RunMeta } from '../meta/runMeta';
import type { RunDisk, StampedText } from './runDisk';
import type { RunEntry } from './runEntry';

export interface RunStoreOptions {
  /** The workspace's folders, absolute; asked anew at every scan. */
  readonly workspaceFolders: () => readonly string[];
  readonly disk: RunDisk;
  readonly isProcessAlive: (process: NonNullable<RunRecord['process']>) => boolean;
}

/** Folders read at a time: enough to keep the disk busy, few enough to leave the editor its files and its turns. */
const foldersAtOnce = 50;
/** Folders read before the list is first told, so that the newest runs show at once. */
const firstFolders = 200;

/** As the disk tells it. */
type FileContent = StampedText | Error | undefined;

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
        return names.map(name => ({ name, folder: path.join(root, name) }));
      }),
    );
    return perRoot
      .flat()
      .sort((a, b) => (a.name < b.name ? 1 : -1))
      .map(({ folder }) => folder);
  }

  async #refresh(folders: readonly string[]): Promise<void> {
    const changed: string[] = [];
    for (let first = 0; first < folders.length; first += foldersAtOnce) {
      const outdated = await this.#outdated(folders.slice(first, first + foldersAtOnce));
      changed.push(...(await this.#readAnew(outdated)));
    }
    this.#tell(changed);
  }

  /** @returns those of the folders whose files are not as they were last read */
  async #outdated(folders: readonly string[]): Promise<string[]> {
    const known = folders.filter(folder => this.#cache.has(folder));
    const { disk } = this.#options;
    const [records, metas] = await Promise.all([
      disk.stamps(known.map(recordPath)),
      disk.stamps(known.map(metaPath)),
    ]);
    const current = new Set(
      known.filter((folder, index) => {
        const { recordStamp, metaStamp } = this.#cache.get(folder) ?? {};
        // A folder without `run.json` has no stamp to compare: it is looked at again.
        return recordStamp !== undefined && recordStamp === records[index] && metaStamp === metas[index];
      }),
    );
    return folders.filter(folder => !current.has(folder));
  }

  /** @returns those of the folders whose entry is new, different or gone */
  async #readAnew(folders: readonly string[]): Promise<string[]> {
    const { disk } = this.#options;
    const [records, metas] = await Promise.all([
      disk.read(folders.map(recordPath)),
      disk.read(folders.map(metaPath)),
    ]);
    const empty = folders.filter((_, index) => records[index] === undefined);
    const stamps = await disk.stamps(empty);
    const gone = new Set(empty.filter((_, index) => stamps[index] === undefined));
    const changed: string[] = [];
    for (const [index, folder] of folders.entries()) {
      const isNews = gone.has(folder)
        ? this.#cache.delete(folder)
        : this.#replace(folder, this.#interpret(folder, records[index], metas[index]));
      if (isNews) changed.push(folder);
    }
    return changed;
  }

  /** A folder that is corrupt for the same reason as before is no news. */
  #replace(folder: string, next: Cached): boolean {
    const before = this.#cache.get(folder)?.entry;
    this.#cache.set(folder, next);
    const { entry } = next;
    return !(before?.kind === 'corrupt' && entry.kind === 'corrupt' && before.reason === entry.reason);
  }

  /** What a folder's `run.json` and `meta.json` say. */
  #interpret(folder: string, record: FileContent, meta: FileContent): Cached {
    if (record instanceof Error) return unreadable(folder, record);
    if (meta instanceof Error) return unreadable(folder, meta);
    const metaStamp = meta?.stamp;
    if (record === undefined) {
      const reason = `${folder} has no ${runFiles.record}: it is not a run, or its files were removed.`;
      return { entry: corrupt(folder, reason), recordStamp: undefined, metaStamp };
    }
    const recordStamp = record.stamp;
    const parsed = parseRunRecord(record.text);
    if ('problem' in parsed) {
      const reason = `${recordPath(folder)} ${parsed.problem}.`;
      return { entry: corrupt(folder, reason), recordStamp, metaStamp };
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

function unreadable(folder: string, { message }: Error): Cached {
  const entry = corrupt(folder, `${folder} could not be read: ${message}`);
  return { entry, recordStamp: undefined, metaStamp: undefined };
}

function corrupt(folder: string, reason: string): RunEntry {
  return { kind: 'corrupt', folder, id: path.basename(folder), reason };
}

function recordPath(folder: string): string {
  return path.join(folder, runFiles.record);
}

function metaPath(folder: string): string {
  return path.join(folder, metaFile);
}
