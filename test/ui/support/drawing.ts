import type { Locator } from 'playwright-core';

/** What is drawn on a canvas at one moment. */
export interface Drawing {
  /** Resolves as soon as something else is drawn on that canvas. */
  changed(): Promise<void>;
}

export async function drawingOn(canvas: Locator): Promise<Drawing> {
  const before = await canvas.evaluate(element => (element as HTMLCanvasElement).toDataURL());
  return {
    changed: () =>
      canvas.evaluate(
        (element, drawn) =>
          new Promise<void>(resolve => {
            const look = () => {
              if ((element as HTMLCanvasElement).toDataURL() !== drawn) resolve();
              else requestAnimationFrame(look);
            };
            look();
          }),
        before,
      ),
  };
}
