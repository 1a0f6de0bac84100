import { styleText } from 'node:util';

export type Style = 'bold' | 'dim' | 'red' | 'yellow' | 'green' | 'cyan';

/** Gives a text a style, or leaves it as it is where colours are not wanted. Never changes the visible width. */
export type Paint = (style: Style, text: string) => string;

export const noPaint: Paint = (_style, text) => text;

/** Whether the stream is asked for is decided by the caller: styleText itself would look at process.stdout. */
export const colourPaint: Paint = (style, text) => styleText(style, text, { validateStream: false });

/** https://no-color.org: any non-empty NO_COLOR turns colours off. */
export function paintFor(environment: NodeJS.ProcessEnv): Paint {
  return environment['NO_COLOR'] ? noPaint : colourPaint;
}
