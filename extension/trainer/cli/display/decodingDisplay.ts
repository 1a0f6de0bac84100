import type { Preparation } from '../../../contract/control';
import type { DecodingProgress } from '../../data/images/imageFolder';
import type { Io } from '../io';
import { systemClock } from './clock';

const leastMilliseconds = 100;

/**
 * Shows how many images have been decoded: to the editor where it waits for the work to begin, drawn over on a terminal, else as
 * a line every tenth of them.
 */
export function decodingDisplay({ stderr }: Pick<Io, 'stderr'>, clock = systemClock): DecodingProgress {
  const isDrawn = stderr.isTTY === true;
  let last = Number.NEGATIVE_INFINITY;
  let tenths = 0;
  return (decoded, images) => {
    const isLast = decoded === images;
    const now = clock.now();
    if (process.connected || isDrawn) {
      if (!isLast && now - last < leastMilliseconds) return;
      last = now;
    }
    if (process.connected) {
      process.send?.({ decoded, images } satisfies Preparation);
      return;
    }
    const text = `Decoding images, once: ${decoded} of ${images}`;
    if (isDrawn) stderr.write(`\r${text}${isLast ? '\n' : ''}`);
    else if (Math.floor((10 * decoded) / images) > tenths) {
      tenths = Math.floor((10 * decoded) / images);
      stderr.write(`${text}\n`);
    }
  };
}
