import type { LandscapeLoss } from '../../extension/contract/landscape';
import type { StoredLandscape } from '../../extension/contract/landscapePage';
import { element, setText, show, uniqueId } from '../shared/dom';
import { formatNumber } from '../shared/format';
import type { Frames } from '../shared/frames';
import { CanvasView } from './canvasView';
import { type Look, shortNumber } from './drawing';
import { followDrags, keyFrame } from './frame';
import { centreLoss, type Grid, rangeOfGrids } from './grid';
import { drawColorBar, drawHeatMap, mapArea } from './heatMap';
import { type Camera, firstCamera, moved } from './projection';
import { drawSurface } from './surface';

/** A point of the grid, by its place on the axes. */
export interface GridPoint {
  readonly i: number;
  readonly j: number;
}

export interface SurfaceActions {
  /** Reads the losses at a point off all surfaces; undefined off none. */
  pointAt(point: GridPoint | undefined): void;
  turn(camera: Camera): void;
}

const radiansAPixel = 0.01;
const radiansAKey = Math.PI / 24;

/** The surface of one run: a heat map and a mesh that can be turned. */
export class SurfaceCard {
  readonly element: HTMLElement;
  readonly #actions: SurfaceActions;
  readonly #name: string;
  readonly #note = element('p', { class: 'note' });
  readonly #description = element('p', { class: 'screen-reader', id: uniqueId('surface') });
  readonly #readout = element('p', { class: 'readout', attributes: { 'aria-live': 'polite' } });
  readonly #pointer = element('div', { class: 'map-pointer' });
  readonly #map: CanvasView;
  readonly #mesh: CanvasView;
  readonly #bar: CanvasView | undefined;
  #grid: Grid = { axis: [], rows: [] };
  #look: Look | undefined;
  #camera: Camera = firstCamera;
  #point: GridPoint | undefined;

  constructor(name: string, ownBar: boolean, frames: Frames, actions: SurfaceActions) {
    this.#name = name;
    this.#actions = actions;
    this.#map = new CanvasView(frames, (context, size) => {
      if (this.#look) drawHeatMap(context, size, this.#grid, this.#look);
      this.#placePointer();
    });
    this.#mesh = new CanvasView(frames, (context, size) => {
      if (this.#look) drawSurface(context, size, this.#grid, this.#look, this.#camera);
    });
    this.#bar = ownBar
      ? new CanvasView(frames, (context, size) => this.#look && drawColorBar(context, size, this.#look))
      : undefined;
    this.element = element(
      'section',
      { class: 'surface-card', attributes: { 'aria-label': `Surface of ${name}` } },
      element('h3', {}, name),
      this.#note,
      this.#bar && barFrame(this.#bar),
      this.#mapFrame(),
      this.#readout,
      this.#meshFrame(),
      this.#description,
    );
  }

  get grid(): Grid {
    return this.#grid;
  }

  get name(): string {
    return this.#name;
  }

  update(landscape: StoredLandscape, loss: LandscapeLoss, look: Look, camera: Camera): void {
    const { result } = landscape;
    this.#grid = gridOf(landscape, loss);
    this.#look = look;
    this.#camera = camera;
    const { rows, axis } = this.#grid;
    const centre = centreLoss(this.#grid);
    const range = rangeOfGrids([this.#grid]);
    const growth = rows.length < axis.length ? `${rows.length} of ${axis.length} rows · ` : '';
    const at = centre === undefined ? '' : `${formatNumber(centre)} nats at the weights · `;
    const span = range ? `${formatNumber(range.min)} to ${formatNumber(range.max)}` : 'nothing measured yet';
    setText(this.#note, `${growth}${at}${span}`);
    setText(
      this.#description,
      `Loss over two directions in weight space, ${axis.length} by ${axis.length} points from ${axis[0] ?? 0} to ${axis.at(-1) ?? 0}: ${growth}${at}${span}. Measured on the ${result.engine} engine.`,
    );
    this.#map.invalidate();
    this.#mesh.invalidate();
    this.#bar?.invalidate();
    this.#showReadout();
  }

  turn(camera: Camera): void {
    this.#camera = camera;
    this.#mesh.invalidate();
  }

  pointAt(point: GridPoint | undefined): void {
    this.#point = point;
    this.#showReadout();
    this.#placePointer();
  }

  destroy(): void {
    for (const view of [this.#map, this.#mesh, this.#bar]) view?.destroy();
    this.element.remove();
  }

  #mapFrame(): HTMLElement {
    const step = (i: number, j: number) => () => this.#movePoint(i, j);
    const frame = keyFrame(
      'map-frame',
      `Heat map of ${this.#name}. Arrow keys read losses.`,
      this.#description.id,
      {
        ArrowRight: step(1, 0),
        ArrowLeft: step(-1, 0),
        ArrowUp: step(0, 1),
        ArrowDown: step(0, -1),
        Escape: () => this.#actions.pointAt(undefined),
      },
    );
    this.#map.mount(frame);
    frame.append(this.#pointer);
    frame.addEventListener('pointermove', event => this.#actions.pointAt(this.#pointUnder(event)));
    frame.addEventListener('pointerleave', () => this.#actions.pointAt(undefined));
    return frame;
  }

  #meshFrame(): HTMLElement {
    const turned = (change: Parameters<typeof moved>[1]) => () =>
      this.#actions.turn(moved(this.#camera, change));
    const frame = keyFrame(
      'mesh-frame',
      `Surface of ${this.#name} in three dimensions. Arrow keys turn it, plus and minus zoom, zero turns it back.`,
      this.#description.id,
      {
        ArrowRight: turned({ azimuth: radiansAKey }),
        ArrowLeft: turned({ azimuth: -radiansAKey }),
        ArrowUp: turned({ elevation: radiansAKey }),
        ArrowDown: turned({ elevation: -radiansAKey }),
        '+': turned({ zoom: 1.2 }),
        '=': turned({ zoom: 1.2 }),
        '-': turned({ zoom: 1 / 1.2 }),
        '0': () => this.#actions.turn(firstCamera),
      },
    );
    this.#mesh.mount(frame);
    followDrags(frame, (right, down) =>
      this.#actions.turn(
        moved(this.#camera, { azimuth: right * radiansAPixel, elevation: down * radiansAPixel }),
      ),
    );
    frame.addEventListener(
      'wheel',
      event => {
        if (!event.ctrlKey) return;
        event.preventDefault();
        this.#actions.turn(moved(this.#camera, { zoom: Math.exp(-event.deltaY / 400) }));
      },
      { passive: false },
    );
    return frame;
  }

  #pointUnder({ offsetX, offsetY }: PointerEvent): GridPoint | undefined {
    const area = mapArea(this.#map.size);
    const last = this.#grid.axis.length - 1;
    const i = Math.round(((offsetX - area.left) / area.width) * last);
    const j = Math.round((1 - (offsetY - area.top) / area.height) * last);
    return i >= 0 && j >= 0 && i <= last && j <= last ? { i, j } : undefined;
  }

  #movePoint(right: number, up: number): void {
    const last = this.#grid.axis.length - 1;
    const from = this.#point ?? { i: last / 2 - right, j: last / 2 - up };
    const within = (index: number) => Math.min(last, Math.max(0, index));
    this.#actions.pointAt({ i: within(from.i + right), j: within(from.j + up) });
  }

  #showReadout(): void {
    setText(this.#readout, this.#point ? this.#readingAt(this.#point) : '');
  }

  #readingAt({ i, j }: GridPoint): string {
    const { axis, rows } = this.#grid;
    const loss = rows[j]?.[i];
    const place = `${shortNumber(axis[i] ?? 0)}, ${shortNumber(axis[j] ?? 0)}`;
    return `At ${place}: ${loss === undefined ? 'not measured yet' : `${formatNumber(loss)} nats`}`;
  }

  #placePointer(): void {
    show(this.#pointer, this.#point !== undefined);
    if (!this.#point) return;
    const area = mapArea(this.#map.size);
    const last = this.#grid.axis.length - 1;
    const x = area.left + (this.#point.i / last) * area.width;
    const y = area.top + area.height - (this.#point.j / last) * area.height;
    this.#pointer.style.transform = `translate(${Math.round(x)}px, ${Math.round(y)}px)`;
  }
}

export function gridOf({ result }: StoredLandscape, loss: LandscapeLoss): Grid {
  return { axis: result.axis, rows: result.surface.find(part => part.loss === loss)?.rows ?? [] };
}

/** A frame for a colour bar. */
export function barFrame(bar: CanvasView): HTMLElement {
  const frame = element('div', { class: 'canvas-frame bar-frame' });
  bar.mount(frame);
  return frame;
}
