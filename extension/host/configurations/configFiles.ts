import { Disposable, EventEmitter, type Uri, workspace } from 'vscode';
import { type ConfigEntry, readConfigEntry } from './configEntry';

const pattern = '**/*.rat.json';
const excluded = '{**/node_modules/**,**/.rat/**}';
/** One that is excluded from the search but told by the watcher. */
const isExcluded = /\/(node_modules|\.rat)\//;

export interface ConfigFile {
  readonly uri: Uri;
  readonly entry: ConfigEntry;
}

/** The workspace's configs, read again when they are saved, made or removed. */
export class ConfigFiles implements Disposable {
  readonly #files = new Map<string, ConfigFile>();
  readonly #changed = new EventEmitter<void>();
  readonly #watching: Disposable;
  #found: Promise<void> | undefined;

  readonly onDidChange = this.#changed.event;

  constructor() {
    const watcher = workspace.createFileSystemWatcher(pattern);
    this.#watching = Disposable.from(
      watcher,
      watcher.onDidChange(uri => this.#reread(uri)),
      watcher.onDidCreate(uri => this.#reread(uri)),
      watcher.onDidDelete(uri => this.#forget(uri)),
      workspace.onDidChangeWorkspaceFolders(() => this.refresh()),
      this.#changed,
    );
  }

  /** In the order of their paths; looked for when first asked. */
  async all(): Promise<ConfigFile[]> {
    this.#found ??= this.#find();
    await this.#found;
    return [...this.#files.values()].sort((a, b) => (a.uri.path < b.uri.path ? -1 : 1));
  }

  refresh(): void {
    this.#found = undefined;
    this.#changed.fire();
  }

  dispose(): void {
    this.#watching.dispose();
  }

  async #find(): Promise<void> {
    this.#files.clear();
    const uris = await workspace.findFiles(pattern, excluded);
    await Promise.all(uris.map(uri => this.#read(uri)));
  }

  async #reread(uri: Uri): Promise<void> {
    // Nobody has asked yet: the first look will find it.
    if (this.#found === undefined || isExcluded.test(uri.path)) return;
    await this.#found;
    await this.#read(uri);
    this.#changed.fire();
  }

  #forget(uri: Uri): void {
    if (this.#files.delete(uri.toString())) this.#changed.fire();
  }

  async #read(uri: Uri): Promise<void> {
    try {
      const text = new TextDecoder().decode(await workspace.fs.readFile(uri));
      this.#files.set(uri.toString(), { uri, entry: readConfigEntry(text, workspace.asRelativePath(uri)) });
    } catch (error) {
      const message = `could not be read: ${(error as Error).message}`;
      const problems = [{ severity: 'error', message, line: 1, column: 1 } as const];
      this.#files.set(uri.toString(), { uri, entry: { problems } });
    }
  }
}
