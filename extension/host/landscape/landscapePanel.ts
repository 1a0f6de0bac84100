import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import {
  type Disposable,
  type Memento,
  Uri,
  type ViewColumn,
  type WebviewPanel,
  window,
  workspace,
} from 'vscode';
import type { Call } from '../../contract/dashboard';
import type {
  LandscapeHost,
  LandscapePage,
  LandscapeRun,
  StoredLandscape,
} from '../../contract/landscapePage';
import { readRunSetup } from '../dashboard/runSetup';
import { savePicture } from '../dashboard/savePicture';
import { callPage, showPage } from '../dashboard/webviewPage';
import type { Measurements, MeasurementWatch } from '../measurements';
import { landscapeCsv } from './csv';
import { readLandscapeCall } from './pageMessages';
import { storedLandscapes } from './storedLandscapes';

export const landscapeViewType = 'randomizedAt.landscape';

/** How landscapes were looked at is remembered by their runs, in any order. */
export function landscapeKey(runFolders: readonly string[]): string {
  return `randomizedAt.view:landscape:${[...runFolders].sort().join('|')}`;
}

export interface LandscapeEnvironment {
  readonly extensionUri: Uri;
  /** Where is remembered how landscapes were looked at. */
  readonly memory: Memento;
  readonly measurements: Measurements;
  openDashboard(runFolder: string): Promise<void>;
  /** Asks what to measure of the runs, and measures it. */
  measure(runFolders: readonly string[]): Promise<void>;
}

/** The landscapes of one run or several: answers the page and tells it how they grow. */
export class LandscapePanel {
  readonly #panel: WebviewPanel;
  readonly #runFolders: readonly string[];
  readonly #environment: LandscapeEnvironment;
  readonly #watches: readonly { readonly runFolder: string; readonly watch: MeasurementWatch }[];
  readonly #disposables: Disposable[];
  #runs: readonly LandscapeRun[] = [];
  /** The page has everything and gets what is new. */
  #hydrated = false;

  constructor(panel: WebviewPanel, runFolders: readonly string[], environment: LandscapeEnvironment) {
    this.#panel = panel;
    this.#runFolders = runFolders;
    this.#environment = environment;
    this.#watches = runFolders.map(runFolder => ({
      runFolder,
      watch: environment.measurements.watch(runFolder),
    }));
    this.#disposables = [
      panel.webview.onDidReceiveMessage(message => {
        const call = readLandscapeCall(message);
        if (call) void this.#answer(call);
      }),
      panel.onDidChangeViewState(() => {
        if (!panel.visible) this.#hydrated = false;
      }),
      workspace.onDidGrantWorkspaceTrust(() => void this.hydrate()),
      ...this.#watches.map(({ watch }) => watch),
      ...this.#watches.map(({ watch }) => watch.onDidChange(() => this.#tell())),
    ];
    panel.onDidDispose(() => {
      this.#hydrated = false;
      for (const disposable of this.#disposables) disposable.dispose();
    });
    panel.title = 'Loss Landscape';
    showPage(panel, environment.extensionUri, 'landscape', []);
  }

  get column(): ViewColumn | undefined {
    return this.#panel.viewColumn;
  }

  shows(runFolder: string): boolean {
    return this.#runFolders.includes(runFolder);
  }

  reveal(): void {
    this.#panel.reveal(undefined, false);
  }

  /** Tells the page everything anew. */
  async hydrate(): Promise<void> {
    const setups = await Promise.all(this.#runFolders.map(readRunSetup));
    await Promise.all(this.#watches.map(({ watch }) => watch.look()));
    this.#runs = namedApart(setups);
    const [first] = this.#runs;
    this.#panel.title = `Landscape of ${this.#runs.length === 1 ? first?.name : `${this.#runs.length} runs`}`;
    const viewState = this.#environment.memory.get(landscapeKey(this.#runFolders));
    this.#call({
      method: 'hydrate',
      argument: {
        runs: this.#runs,
        landscapes: this.#landscapes(),
        canMeasure: workspace.isTrusted,
        ...(viewState === undefined ? {} : { viewState }),
      },
    });
    this.#hydrated = true;
  }

  async #answer(call: Call<LandscapeHost>): Promise<void> {
    try {
      await this.#do(call);
    } catch (error) {
      await window.showErrorMessage(error instanceof Error ? error.message : String(error));
    }
  }

  async #do(call: Call<LandscapeHost>): Promise<void> {
    const { measurements, memory, openDashboard, measure } = this.#environment;
    switch (call.method) {
      case 'ready':
        return await this.hydrate();
      case 'measure':
        return await measure(this.#runFolders);
      case 'stop':
        if (this.#knows(call.argument)) await measurements.stop(call.argument);
        return;
      case 'resume':
        if (this.#knows(call.argument)) {
          await measurements.continue(call.argument, `the landscape of ${this.#nameOf(call.argument)}`);
        }
        return;
      case 'saveFile':
        return await savePicture(call.argument, this.#runFolders[0] ?? '.');
      case 'exportCsv':
        return await this.#exportCsv();
      case 'openDashboard':
        if (this.#runFolders.includes(call.argument)) await openDashboard(call.argument);
        return;
      case 'viewState':
        return await memory.update(landscapeKey(this.#runFolders), call.argument);
    }
  }

  #knows(file: string): boolean {
    return this.#landscapes().some(landscape => landscape.file === file);
  }

  #nameOf(file: string): string {
    const landscape = this.#landscapes().find(known => known.file === file);
    return this.#runs.find(({ runFolder }) => runFolder === landscape?.runFolder)?.name ?? '';
  }

  #landscapes(): StoredLandscape[] {
    return this.#watches.flatMap(({ runFolder, watch }) => storedLandscapes(runFolder, watch.results));
  }

  async #exportCsv(): Promise<void> {
    const folder = this.#runFolders[0] ?? '.';
    const target = await window.showSaveDialog({
      defaultUri: Uri.file(path.join(folder, `${path.basename(folder)}-landscape.csv`)),
      filters: { 'Comma-separated values': ['csv'] },
    });
    if (target) await writeFile(target.fsPath, landscapeCsv(this.#runs, this.#landscapes()));
  }

  #tell(): void {
    if (this.#hydrated) this.#call({ method: 'landscapes', argument: this.#landscapes() });
  }

  #call(call: Call<LandscapePage>): void {
    callPage<LandscapePage>(this.#panel, call);
  }
}

/** Runs of one name get the end of their folder's name as well. */
function namedApart(setups: readonly LandscapeRun[]): LandscapeRun[] {
  return setups.map(({ runFolder, name }) => {
    const isAlone = setups.every(other => other.runFolder === runFolder || other.name !== name);
    return { runFolder, name: isAlone ? name : `${name} ${path.basename(runFolder).split('-').at(-1)}` };
  });
}
