import type { Hue } from '../palette';
import type { Curve, CurveSource } from '../series/curve';

/** One line of a chart. */
export interface Series {
  readonly id: string;
  /** As the legend and the tooltip name it. */
  readonly label: string;
  readonly hue: Hue;
  readonly dash?: readonly number[];
  readonly curve: Curve;
  /** Standard errors of the curve's rows, drawn as bars. */
  readonly errors?: CurveSource;
  /** Measured now and then, not at every step: each value is marked, and none is smoothed. */
  readonly measured?: boolean;
  /** Has no noise to smooth away. */
  readonly exact?: boolean;
  /** Drawn thinner, behind the others. */
  readonly secondary?: boolean;
  /** Hidden until the user asks for it. */
  readonly hiddenAtFirst?: boolean;
  /** Filled down to the series before it; the curve is the sum so far. `own` is the part that is its own. */
  readonly stacked?: { readonly own: CurveSource };
  /** Steps of an epoch of the run it belongs to. */
  readonly stepsPerEpoch: () => number;
}

export interface ChartSpec {
  readonly id: string;
  readonly title: string;
  /** Plain words on what is shown, for the hint beside the title. */
  readonly hint?: string;
  readonly series: readonly Series[];
  readonly format: (value: number | undefined) => string;
  readonly formatTick?: (value: number) => string;
  /** The values never leave this range, and neither does the axis. */
  readonly bounds?: { readonly least?: number; readonly greatest?: number };
  readonly height?: 'tall' | 'short';
  /** Further controls beside the title. */
  readonly controls?: HTMLElement;
}
