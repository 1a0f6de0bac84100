import { element } from '../shared/dom';
import type { Frames } from '../shared/frames';
import type { Size } from './drawing';

/** A canvas as large as its frame, drawn anew in one of the next frames whenever it is told to or changes its size. */
export class CanvasView {
  readonly canvas = element('canvas', { attributes: { 'aria-hidden': 'true' } });
  readonly #frames: Frames;
  readonly #paint: (context: CanvasRenderingContext2D, size: Size) => void;
  readonly #observer: ResizeObserver;
  readonly #draw = () => this.#drawNow();
  #size: Size = { width: 0, height: 0 };

  constructor(frames: Frames, paint: (context: CanvasRenderingContext2D, size: Size) => void) {
    this.#frames = frames;
    this.#paint = paint;
    this.#observer = new ResizeObserver(([entry]) => {
      if (!entry) return;
      const { width, height } = entry.contentRect;
      this.#size = { width, height };
      this.invalidate();
    });
  }

  get size(): Size {
    return this.#size;
  }

  /** Puts the canvas into a frame that gives it its size. */
  mount(frame: HTMLElement): void {
    frame.append(this.canvas);
    this.#observer.observe(frame);
  }

  invalidate(): void {
    this.#frames.request(this.#draw);
  }

  destroy(): void {
    this.#observer.disconnect();
    this.#frames.forget(this.#draw);
  }

  #drawNow(): void {
    const { width, height } = this.#size;
    const context = this.canvas.getContext('2d');
    if (!context || width < 1 || height < 1) return;
    const ratio = window.devicePixelRatio;
    const [wide, tall] = [Math.round(width * ratio), Math.round(height * ratio)];
    if (this.canvas.width !== wide) this.canvas.width = wide;
    if (this.canvas.height !== tall) this.canvas.height = tall;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, width, height);
    this.#paint(context, this.#size);
  }
}
