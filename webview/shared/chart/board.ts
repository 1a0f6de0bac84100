import { Frames } from '../frames';
import { onThemeChange, readTheme, type Theme } from '../theme';
import { type BoardView, initialBoardView, type XRange } from './boardView';
import type { ChartCard } from './chartCard';
import { Tooltip } from './tooltip';

/** Charts that share one horizontal axis, its zoom, the smoothing, a tooltip and the frames they are drawn in. */
export class Board {
  readonly frames = new Frames();
  readonly tooltip = new Tooltip();
  readonly onSave: (name: string, kind: 'png' | 'svg', content: Uint8Array) => void;
  readonly #onView: (view: BoardView) => void;
  readonly #cards = new Set<ChartCard>();
  readonly #visibility: IntersectionObserver;
  #view: BoardView = initialBoardView;
  #theme: Theme = readTheme();

  constructor(listeners: {
    onView: (view: BoardView) => void;
    onSave: (name: string, kind: 'png' | 'svg', content: Uint8Array) => void;
  }) {
    this.#onView = listeners.onView;
    this.onSave = listeners.onSave;
    this.#visibility = new IntersectionObserver(
      entries => {
        for (const entry of entries) {
          for (const card of this.#cards) {
            if (card.element === entry.target) card.setOnScreen(entry.isIntersecting);
          }
        }
      },
      { rootMargin: '100px' },
    );
    onThemeChange(() => {
      this.#theme = readTheme();
      this.invalidate();
    });
  }

  get view(): BoardView {
    return this.#view;
  }

  get theme(): Theme {
    return this.#theme;
  }

  get cards(): ReadonlySet<ChartCard> {
    return this.#cards;
  }

  add(card: ChartCard): void {
    this.#cards.add(card);
    this.#visibility.observe(card.element);
  }

  remove(card: ChartCard): void {
    this.#cards.delete(card);
    this.#visibility.unobserve(card.element);
    card.destroy();
  }

  /** Changes how the charts are looked at and tells the page, so that it is remembered. */
  look(change: Partial<BoardView>): void {
    this.restore({ ...this.#view, ...change });
    this.#onView(this.#view);
  }

  /** As `look`, for what was remembered. */
  restore(view: BoardView): void {
    this.#view = view;
    this.invalidate();
  }

  /** The data has grown or is looked at differently: everything in sight is drawn anew. */
  invalidate(): void {
    for (const card of this.#cards) card.invalidate();
  }

  /** From the first to the last position of any series that is shown. */
  fullRange(): XRange {
    let min = Number.POSITIVE_INFINITY;
    let max = Number.NEGATIVE_INFINITY;
    for (const card of this.#cards) {
      const range = card.extentX();
      if (!range) continue;
      min = Math.min(min, range.min);
      max = Math.max(max, range.max);
    }
    if (min > max) return { min: 0, max: 1 };
    // A run's first point is its first step, not its beginning.
    if (min < 0.1 * max) min = 0;
    if (max <= min) return { min, max: min + 1 };
    // The end is rounded up to a pixel or so: the axes need not be laid out anew with every step.
    const room = 2 ** Math.ceil(Math.log2((max - min) / 512));
    return { min, max: Math.ceil(max / room) * room };
  }

  range(): XRange {
    return this.#view.zoom ?? this.fullRange();
  }

  /** Shows the part between `min` and `max`; what is nearly everything is everything, which follows the run. */
  zoomTo({ min, max }: XRange): void {
    const full = this.fullRange();
    const from = Math.max(full.min, min);
    const to = Math.min(full.max, max);
    const span = full.max - full.min;
    const isAll = from <= full.min + 1e-3 * span && to >= full.max - 1e-3 * span;
    this.look({ zoom: isAll || to <= from ? undefined : { min: from, max: to } });
  }

  /** Zooms about the middle; a factor above 1 shows less. */
  zoomBy(factor: number): void {
    const { min, max } = this.range();
    const middle = (min + max) / 2;
    const half = (max - min) / 2 / factor;
    this.zoomTo({ min: middle - half, max: middle + half });
  }

  /** Moves the part in view by a share of its width. */
  panBy(share: number): void {
    const { min, max } = this.range();
    const full = this.fullRange();
    const wanted = share * (max - min);
    const moved = Math.max(full.min - min, Math.min(full.max - max, wanted));
    if (this.#view.zoom) this.look({ zoom: { min: min + moved, max: max + moved } });
  }

  /** Points at a position in all charts at once; undefined points nowhere. */
  pointAt(x: number | undefined, near?: { readonly x: number; readonly y: number }): void {
    for (const card of this.#cards) card.pointAt(x);
    if (x === undefined) this.tooltip.hide();
    else this.tooltip.show(x, this.#view.xAxis, [...this.#cards], near);
  }
}
