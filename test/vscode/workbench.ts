import type { FrameLocator, Locator, Page } from 'playwright-core';

/** VS Code's own themes: the name in its list, and how its window is marked while the theme is on. */
export const themes = {
  light: { name: 'Light Modern', mark: 'vs' },
  dark: { name: 'Dark Modern', mark: 'vs-dark' },
  'high-contrast': { name: 'Dark High Contrast', mark: 'hc-black' },
  'high-contrast-light': { name: 'Light High Contrast', mark: 'hc-light' },
} as const;

export type Theme = keyof typeof themes;

/** What a person does in a VS Code window, by the names they see. Every method waits until VS Code has followed. */
export class Workbench {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  async open(address: string): Promise<void> {
    await this.page.goto(address);
    await this.#ready();
  }

  /**
   * Reloads the window.
   * @param saved waits before until the saved layout has that text, for example of the state that a page keeps: a browser
   * writes nothing while it leaves, therefore VS Code saves every five seconds
   */
  async reload(saved = ''): Promise<void> {
    await this.page.evaluate(savedLayoutWith, saved);
    await this.page.reload();
    await this.#ready();
  }

  async close(): Promise<void> {
    await this.page.context().close();
  }

  /** The command palette's entry of that title, shown with or without its category: "View: Zoom In" has the title "Zoom In". */
  async findCommand(title: string): Promise<Locator> {
    const name = new RegExp(`^(.+: )?${escapeForPattern(title)}(, |$)`);
    const entry = this.#quickInput.getByRole('option', { name }).first();
    // An open palette does not notice that a command has become possible meanwhile: look again until it is.
    for (let attempt = 1; ; attempt++) {
      await this.page.keyboard.press('F1');
      await this.#quickInput.getByRole('textbox').fill(`>${title}`);
      try {
        await entry.waitFor({ timeout: 5000 });
        return entry;
      } catch (error) {
        if (attempt === 10) throw error;
        await this.page.keyboard.press('Escape');
      }
    }
  }

  /** Waits until the command palette has no entry of that title. */
  async waitForNoCommand(title: string): Promise<void> {
    await this.page.keyboard.press('F1');
    await this.#quickInput.getByRole('textbox').fill(`>${title}`);
    await this.#quickInput.getByText(/No matching|similar commands/).waitFor();
    await this.page.keyboard.press('Escape');
  }

  async runCommand(title: string): Promise<void> {
    await (await this.findCommand(title)).click();
  }

  /** Runs a command from the menu that a right click opens. */
  async runFromMenu(on: Locator, title: string): Promise<void> {
    await on.click({ button: 'right' });
    const entry = this.page.getByRole('menuitem', { name: title });
    // A menu takes no click in its first 100 ms.
    for (let attempt = 1; ; attempt++) {
      await entry.click();
      try {
        await entry.waitFor({ state: 'detached', timeout: 2000 });
        return;
      } catch (error) {
        if (attempt === 10) throw error;
      }
    }
  }

  /** Picks an entry of the list that a command has opened, by a part of its name. */
  async pick(name: string | RegExp): Promise<void> {
    await this.#quickInput.getByRole('option', { name }).first().click();
  }

  /** Types into the input box that a command has opened and confirms. */
  async answer(text: string): Promise<void> {
    await this.#quickInput.getByRole('textbox').fill(text);
    await this.page.keyboard.press('Enter');
  }

  /** Saves where a command asks for a file. @param ending of the name it proposes, by which the question is known */
  async saveAs(ending: string, file: string): Promise<void> {
    const name = this.#quickInput.getByRole('textbox');
    await valueEnds(name, ending);
    await name.fill(file);
    await valueEnds(name, file);
    // The dialog takes no answer while it lists the folder.
    for (let attempt = 1; ; attempt++) {
      await this.#quickInput.getByRole('button', { name: 'OK' }).click();
      try {
        await this.#quickInput.waitFor({ state: 'detached', timeout: 2000 });
        return;
      } catch (error) {
        if (attempt === 10) throw error;
      }
    }
  }

  /** Opens a file of the workspace by its name, in the editor. */
  async openFile(name: string): Promise<Locator> {
    await this.page.keyboard.press('Control+P');
    await this.#quickInput.getByRole('textbox').fill(name);
    await this.#quickInput.getByRole('option', { name }).first().click();
    const tab = this.tab(name).first();
    await tab.waitFor();
    return tab;
  }

  /** Takes the quick fix of that title for the problem at the cursor. */
  async quickFix(title: string | RegExp): Promise<void> {
    await this.page.keyboard.press('ControlOrMeta+.');
    await this.page.locator('.action-widget').getByRole('option', { name: title }).first().click();
  }

  tab(name: string | RegExp): Locator {
    return this.page.getByRole('tab', { name });
  }

  /** Opens a view container by its title in the activity bar, and returns the side bar. */
  async openView(title: string): Promise<Locator> {
    const button = this.page.locator('#workbench\\.parts\\.activitybar').getByRole('tab', { name: title });
    if ((await button.getAttribute('aria-expanded')) !== 'true') await button.click();
    const sideBar = this.page.locator('#workbench\\.parts\\.sidebar');
    await sideBar.getByRole('heading', { name: title }).first().waitFor();
    return sideBar;
  }

  /** The items that notifications and dialogs show. */
  notification(text: string | RegExp): Locator {
    return this.page.locator('.notification-list-item, .monaco-dialog-box').filter({ hasText: text });
  }

  /** The page inside the webview of that title, once it has loaded. */
  async webview(title: string): Promise<FrameLocator> {
    const found =
      await this.page.waitForFunction(`[...document.querySelectorAll('iframe.webview')].find(outer => {
      const inner = outer.contentDocument?.querySelector('#active-frame');
      return [inner?.title, inner?.contentDocument?.title].some(title => title === ${JSON.stringify(title)});
    })?.name`);
    return this.page.frameLocator(`iframe[name="${await found.jsonValue()}"]`).frameLocator('#active-frame');
  }

  async setTheme(theme: Theme): Promise<void> {
    const { name, mark } = themes[theme];
    await this.runCommand('Color Theme');
    await this.#quickInput.getByRole('textbox').fill(name);
    await this.#quickInput.getByRole('option', { name: new RegExp(`^${escapeForPattern(name)}`) }).click();
    await this.page.locator(`.monaco-workbench.${mark}`).waitFor();
  }

  async screenshot(file: string): Promise<void> {
    await this.page.screenshot({ path: file, animations: 'disabled' });
  }

  get editor(): Locator {
    return this.page.locator('.part.editor .editor-group-container.active .monaco-editor').first();
  }

  get statusBar(): Locator {
    return this.page.locator('#workbench\\.parts\\.statusbar');
  }

  get #quickInput(): Locator {
    return this.page.locator('.quick-input-widget:visible');
  }

  /** VS Code marks in the page's timeline when every extension's contributions are known. */
  async #ready(): Promise<void> {
    await this.page.waitForFunction(() => performance.getEntriesByName('code/didLoadExtensions').length > 0);
  }
}

/** Waits for a text field to hold a text with that ending. */
async function valueEnds(field: Locator, ending: string): Promise<void> {
  const input = await field.elementHandle();
  await field
    .page()
    .waitForFunction(
      ([element, wanted]) => element instanceof HTMLInputElement && element.value.endsWith(wanted),
      [input, ending] as const,
    );
}

function escapeForPattern(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}

/** Runs in the page: looks into VS Code's storage until the saved layout has the text. */
async function savedLayoutWith(text: string): Promise<void> {
  const finished = <Result>(request: IDBRequest<Result>) =>
    new Promise<Result>((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
  for (;;) {
    for (const { name = '' } of await indexedDB.databases()) {
      if (!name.startsWith('vscode-web-state-db-')) continue;
      const database = await finished(indexedDB.open(name));
      const items = database.transaction('ItemTable').objectStore('ItemTable');
      const layout = await finished(items.get('memento/workbench.parts.editor'));
      database.close();
      if (String(layout ?? '').includes(text)) return;
    }
    await new Promise(resolve => setTimeout(resolve, 250));
  }
}
