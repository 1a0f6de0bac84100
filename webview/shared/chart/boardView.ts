import type { Smoothing } from '../series/smoothing';
import { type XAxis, xAxisNames } from './xAxis';

export interface XRange {
  readonly min: number;
  readonly max: number;
}

/** How all charts of a page are looked at. */
export interface BoardView {
  readonly smoothing: Smoothing;
  readonly xAxis: XAxis;
  /** Undefined shows everything and follows what comes. */
  readonly zoom: XRange | undefined;
  /** Charts with a logarithmic axis, by id. */
  readonly logarithmic: readonly string[];
  /** Series switched on or off against their beginning, as "chart/series". */
  readonly toggled: readonly string[];
}

export const initialBoardView: BoardView = {
  smoothing: { kind: 'exponential', strength: 0.4 },
  xAxis: 'epoch',
  zoom: undefined,
  logarithmic: [],
  toggled: [],
};

/** What of a remembered view still makes sense; the rest is as at first. */
export function readBoardView(value: unknown): BoardView {
  const view = fieldsOf(value);
  const smoothing = fieldsOf(view['smoothing']);
  const zoom = fieldsOf(view['zoom']);
  const { kind, strength } = smoothing;
  const { min, max } = zoom;
  const xAxis = view['xAxis'];
  return {
    smoothing: {
      kind: kind === 'window' || kind === 'exponential' ? kind : initialBoardView.smoothing.kind,
      strength:
        typeof strength === 'number' && strength >= 0 && strength <= 1
          ? strength
          : initialBoardView.smoothing.strength,
    },
    xAxis:
      typeof xAxis === 'string' && Object.hasOwn(xAxisNames, xAxis)
        ? (xAxis as XAxis)
        : initialBoardView.xAxis,
    zoom: typeof min === 'number' && typeof max === 'number' && min < max ? { min, max } : undefined,
    logarithmic: textsOf(view['logarithmic']),
    toggled: textsOf(view['toggled']),
  };
}

export function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function textsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter(item => typeof item === 'string') : [];
}
