/** What was measured of one trained network. */
export interface Figures {
  /** Shares of held-out images, in percent. */
  readonly clean: number;
  readonly pgd: number;
  readonly autoAttack: number;
  /** Rises of the loss on fixed adversarial images, in nats. */
  readonly sharpness: number;
  readonly worstCase: number;
}

export interface Row {
  readonly title: string;
  /** By seed, in the same order in every row. */
  readonly figures: readonly Figures[];
}

const columns: readonly {
  readonly key: keyof Figures;
  readonly title: string;
  readonly digits: number;
}[] = [
  { key: 'clean', title: 'clean %', digits: 1 },
  { key: 'pgd', title: 'PGD-20 %', digits: 1 },
  { key: 'autoAttack', title: 'AutoAttack %', digits: 1 },
  { key: 'sharpness', title: 'expected sharpness', digits: 4 },
  { key: 'worstCase', title: 'worst-case sharpness', digits: 4 },
];

/** Mean ± standard deviation over the seeds, as a Markdown table. */
export function meansTable(rows: readonly Row[]): string[] {
  return tableOf(rows, (figures, { key, digits }) => spread(figures.map(of => of[key]).map(Number), digits));
}

/**
 * How each row differs from the first, seed by seed: mean ± standard deviation of the differences. The same seed means the same
 * first weights, images, order and attacks, so that these vary less than the figures themselves.
 */
export function differencesTable([first, ...others]: readonly Row[]): string[] {
  if (!first) return [];
  return tableOf(others, (figures, { key, digits }) =>
    spread(
      figures.map((of, seed) => of[key] - (first.figures[seed]?.[key] ?? Number.NaN)),
      digits,
      true,
    ),
  );
}

type Column = (typeof columns)[number];

function tableOf(
  rows: readonly Row[],
  cell: (figures: readonly Figures[], column: Column) => string,
): string[] {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [
    line(['', ...columns.map(({ title }) => title)]),
    line(['---', ...columns.map(() => '---:')]),
    ...rows.map(({ title, figures }) => line([title, ...columns.map(column => cell(figures, column))])),
  ];
}

/** "34.1 ± 0.6"; the standard deviation is that of a sample, with n - 1. */
function spread(values: readonly number[], digits: number, signed = false): string {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const sign = signed && mean > 0 ? '+' : '';
  const deviation = values.length > 1 ? ` ± ${Math.sqrt(squares / (values.length - 1)).toFixed(digits)}` : '';
  return `${sign}${mean.toFixed(digits)}${deviation}`;
}
