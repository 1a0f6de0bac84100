/** Milliseconds of a frame that drawing may take; the rest is the browser's. */
const budget = 7;

/** Draws what has changed once a frame; what does not fit into one frame waits for the next, so that scrolling stays smooth. */
export class Frames {
  readonly #waiting = new Set<() => void>();
  #requested = false;

  /** `draw` runs in one of the next frames, once however often it is asked for until then. */
  request(draw: () => void): void {
    this.#waiting.add(draw);
    this.#wake();
  }

  forget(draw: () => void): void {
    this.#waiting.delete(draw);
  }

  #wake(): void {
    if (this.#requested || this.#waiting.size === 0) return;
    this.#requested = true;
    requestAnimationFrame(start => this.#run(start));
  }

  #run(start: number): void {
    this.#requested = false;
    const begun = Math.max(start, performance.now());
    for (const draw of this.#waiting) {
      this.#waiting.delete(draw);
      draw();
      if (performance.now() - begun > budget) break;
    }
    this.#wake();
  }
}
