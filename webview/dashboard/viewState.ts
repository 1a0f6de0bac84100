import type { BoardView } from '../shared/chart/boardView';
import { fieldsOf, readBoardView } from '../shared/chart/boardView';

export type LossLayout = 'together' | 'stacked' | 'apart';

export const lossLayoutNames: Readonly<Record<LossLayout, string>> = {
  together: 'Together',
  stacked: 'Stacked',
  apart: 'Apart',
};

/** How the user looks at one run's dashboard. */
export interface DashboardView {
  readonly board: BoardView;
  readonly lossLayout: LossLayout;
}

/** What of a remembered view still makes sense; the rest is as at first. */
export function readDashboardView(value: unknown): DashboardView {
  const { board, lossLayout } = fieldsOf(value);
  return {
    board: readBoardView(board),
    lossLayout: lossLayout === 'stacked' || lossLayout === 'apart' ? lossLayout : 'together',
  };
}
