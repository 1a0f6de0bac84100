import { type Memento, type Tab, TabInputWebview, type ViewColumn, type WebviewPanel, window } from 'vscode';

/** A panel as it stands: what it is, the runs it shows, and where. */
export interface OpenPanel {
  readonly viewType: string;
  readonly runFolders: readonly string[];
  readonly column: ViewColumn | undefined;
}

interface Remembered {
  /** The window's session, which a new extension host shares and a reloaded window does not. */
  readonly session: string;
  readonly panels: readonly OpenPanel[];
}

/**
 * Remembers the panels that are open. After a reload of the window VS Code hands panels back by itself; but when only the
 * extension host died, it leaves them standing with nobody behind. The next host finds those here.
 */
export class OpenPanels {
  readonly #memory: Memento;
  readonly #session: string;
  readonly #key: string;
  readonly #panels = new Map<WebviewPanel, Omit<OpenPanel, 'column'>>();

  /** @param key under which they are remembered; each part of the extension has its own */
  constructor(memory: Memento, session: string, key = 'randomizedAt.openPanels') {
    this.#memory = memory;
    this.#session = session;
    this.#key = key;
  }

  add(panel: WebviewPanel, runFolders: readonly string[]): void {
    this.#panels.set(panel, { viewType: panel.viewType, runFolders });
    panel.onDidDispose(() => {
      this.#panels.delete(panel);
      this.#save();
    });
    panel.onDidChangeViewState(() => this.#save());
    this.#save();
  }

  /** Closes the panels that the previous extension host of this window left behind. @returns what they showed */
  async takeOrphans(): Promise<readonly OpenPanel[]> {
    const remembered = this.#memory.get<Remembered>(this.#key);
    if (remembered?.session !== this.#session) return [];
    const viewTypes = new Set(remembered.panels.map(({ viewType }) => viewType));
    const tabs = window.tabGroups.all.flatMap(group => group.tabs);
    await window.tabGroups.close(
      tabs.filter(tab => viewTypes.has(viewTypeOf(tab))),
      true,
    );
    return remembered.panels;
  }

  #save(): void {
    const panels = [...this.#panels].map(([{ viewColumn: column }, panel]) => ({ ...panel, column }));
    void this.#memory.update(this.#key, { session: this.#session, panels } satisfies Remembered);
  }
}

/** The editor puts its own prefix before the view type of a webview's tab: "mainThreadWebview-randomizedAt.dashboard". */
function viewTypeOf(tab: Tab): string {
  return tab.input instanceof TabInputWebview ? tab.input.viewType.replace(/^mainThreadWebview-/, '') : '';
}
