import type { BoardView } from '../shared/chart/boardView';
import { fieldsOf, readBoardView } from '../shared/chart/boardView';
import { metrics, metricsAtFirst } from './metrics';

/** How the user looks at a comparison. */
export interface CompareView {
  readonly board: BoardView;
  /** Folder of the run the others are compared with; undefined is the first. */
  readonly baseline: string | undefined;
  /** Metrics that are charted, by id. */
  readonly metrics: readonly string[];
}

/** What of a remembered view still makes sense; the rest is as at first. */
export function readCompareView(value: unknown): CompareView {
  const { board, baseline, metrics: chosen } = fieldsOf(value);
  return {
    board: readBoardView(board),
    baseline: typeof baseline === 'string' ? baseline : undefined,
    metrics: Array.isArray(chosen)
      ? metrics.map(({ id }) => id).filter(id => chosen.includes(id))
      : metricsAtFirst,
  };
}
