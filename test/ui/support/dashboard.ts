import type { Frame, FrameLocator, Locator } from 'playwright-core';
import type { Workbench } from '../../vscode/workbench';
import { type Drawing, drawingOn } from './drawing';

/** The dashboard of the run of that name, as soon as it shows it. */
export async function openedDashboard(workbench: Workbench, runName: string): Promise<Dashboard> {
  const page = await workbench.webview(runName);
  await page.getByRole('heading', { level: 1, name: runName, exact: true }).waitFor();
  return new Dashboard(page);
}

/** What a person reads and presses on a dashboard. */
export class Dashboard {
  readonly page: FrameLocator;

  constructor(page: FrameLocator) {
    this.page = page;
  }

  button(name: string): Locator {
    return this.page.getByRole('button', { name, exact: true });
  }

  async waitForStatus(status: 'Running' | 'Paused' | 'Stopped' | 'Finished' | 'Interrupted'): Promise<void> {
    await this.page.getByRole('status').filter({ hasText: status }).first().waitFor();
  }

  /** Training steps done so far. */
  async step(): Promise<number> {
    return countIn((await this.#fact('Step').textContent()) ?? '');
  }

  /** Waits until more than `steps` are done. @returns how many then */
  async waitForStepAfter(steps: number): Promise<number> {
    const text = await this.#fact('Step').evaluate(
      (element, least) =>
        new Promise<string>(resolve => {
          const look = () => {
            const shown = element.textContent ?? '';
            if (Number(shown.split(' of ')[0]?.replaceAll(/\D/g, '')) > least) resolve(shown);
          };
          new MutationObserver(look).observe(element, {
            childList: true,
            characterData: true,
            subtree: true,
          });
          look();
        }),
      steps,
    );
    return countIn(text);
  }

  /** @returns `closed`, which is fulfilled when the page that shows now has gone */
  async whenClosed(): Promise<{ closed: Promise<unknown> }> {
    const body = await this.page.locator('body').elementHandle();
    const shown = await body?.ownerFrame();
    if (!shown) throw new Error('The dashboard shows no page.');
    const predicate = (frame: Frame) => frame === shown;
    return { closed: shown.page().waitForEvent('framedetached', { predicate, timeout: 60_000 }) };
  }

  /** The accuracy chart as it is drawn now. */
  async accuracyCurves(): Promise<Drawing> {
    return drawingOn(this.page.locator('canvas').first());
  }

  #fact(name: string): Locator {
    return this.page.locator('dl.facts > div').filter({ hasText: name }).locator('dd');
  }
}

/** "1,200 of 6,000" -> 1200 */
function countIn(text: string): number {
  return Number(text.split(' of ')[0]?.replaceAll(/\D/g, ''));
}
