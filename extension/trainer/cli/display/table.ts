import {
  formatDuration,
  formatEstimate,
  formatLearningRate,
  formatLoss,
  formatPercent,
  missing,
} from './format';
import type { Paint } from './paint';
import type { EpochRow } from './state';

interface Column {
  readonly titles: readonly [upper: string, lower: string];
  /** Of the cell, in characters; cells and titles are right-aligned in it. */
  readonly width: number;
  /** Columns of a higher rank go first where the terminal is too narrow; rank 0 always stays. */
  readonly rank: number;
  cell(row: EpochRow): string;
}

const allColumns: readonly Column[] = [
  { titles: ['', 'epoch'], width: 5, rank: 0, cell: row => String(row.epoch) },
  { titles: ['train', 'loss'], width: 7, rank: 2, cell: row => formatLoss(row.loss?.total) },
  { titles: ['train', 'clean'], width: 6, rank: 4, cell: row => formatPercent(row.trainClean) },
  { titles: ['train', 'robust'], width: 6, rank: 3, cell: row => formatPercent(row.trainRobust) },
  { titles: ['val', 'clean'], width: 6, rank: 1, cell: row => formatPercent(row.validationClean) },
  {
    titles: ['val ', 'robust '],
    width: 7,
    rank: 0,
    cell: row => formatPercent(row.validationRobust) + (row.best ? '*' : ' '),
  },
  { titles: ['sharpness', 'mean ± s.e.'], width: 15, rank: 5, cell: row => formatEstimate(row.sharpness) },
  { titles: ['learning', 'rate'], width: 8, rank: 6, cell: row => formatLearningRate(row.learningRate) },
  { titles: ['', 'time'], width: 6, rank: 7, cell: row => formatDuration(row.seconds) },
];

/** Which columns a table has, and how far they stand apart. */
export interface TableLayout {
  readonly columns: readonly Column[];
  readonly gap: number;
}

/**
 * The layout for a terminal `width` characters wide: columns without a single figure are left out, then columns come
 * closer together, then the least important ones go, so that no line is ever longer than `width`.
 */
export function layoutTable(rows: readonly EpochRow[], width: number): TableLayout {
  const byRank = allColumns
    .filter(column => column.rank === 0 || rows.some(row => column.cell(row).trim() !== missing))
    .sort((a, b) => a.rank - b.rank);
  for (let kept = byRank.length; kept > 0; kept--) {
    const columns = allColumns.filter(column => byRank.slice(0, kept).includes(column));
    const cells = columns.reduce((sum, column) => sum + column.width, 0);
    const gap = [2, 1].find(candidate => cells + candidate * (columns.length - 1) <= width);
    if (gap !== undefined) return { columns, gap };
  }
  return { columns: allColumns.slice(0, 1), gap: 1 };
}

/** Whether rows of one layout can stand below the header of the other. */
export function sameLayout(a: TableLayout, b: TableLayout): boolean {
  return (
    a.gap === b.gap &&
    a.columns.length === b.columns.length &&
    a.columns.every((column, index) => column === b.columns[index])
  );
}

/** The two lines above the rows. */
export function renderTableHeader({ columns, gap }: TableLayout, paint: Paint): string[] {
  return ([0, 1] as const).map(line =>
    paint('dim', columns.map(({ titles, width }) => titles[line].padStart(width)).join(' '.repeat(gap))),
  );
}

/** One line, as wide as the header. */
export function renderTableRow(row: EpochRow, { columns, gap }: TableLayout, paint: Paint): string {
  return columns
    .map(column => {
      const cell = column.cell(row).padStart(column.width);
      return row.best && cell.endsWith('*') ? paint('green', cell) : cell;
    })
    .join(' '.repeat(gap));
}
