import type { LandscapeRun, StoredLandscape } from '../../contract/landscapePage';

const columns = [
  'run',
  'checkpoint',
  'quantity',
  'loss',
  'scale',
  'rho',
  'a',
  'b',
  'value',
  'standardError',
  'noiseFloor',
  'residual',
  'iterations',
  'gradientNorm',
  'unit',
  'images',
  'split',
  'seed',
  'attack',
  'directionsOf',
  'engine',
  'startedAt',
] as const;

type Row = Partial<Record<(typeof columns)[number], string | number>>;

/**
 * All figures as comma-separated values: a header, then a row for every figure, point of a curve and point of a surface, with
 * how it was measured. Losses are in nats; a and b are places along the two directions.
 */
export function landscapeCsv(runs: readonly LandscapeRun[], landscapes: readonly StoredLandscape[]): string {
  const rows = landscapes.flatMap(landscape => {
    const shared = sharedCells(runs, landscape);
    return figureRows(landscape.result).map(row => ({ ...shared, ...row }));
  });
  const lines = rows.map(row => columns.map(name => cell(row[name])).join(','));
  return `${[columns.join(','), ...lines].join('\n')}\n`;
}

function sharedCells(runs: readonly LandscapeRun[], { runFolder, result }: StoredLandscape): Row {
  const { setting, engine, startedAt } = result;
  const { checkpoint, indices, split, seed, grid } = setting;
  return {
    run: runs.find(run => run.runFolder === runFolder)?.name ?? runFolder,
    checkpoint: checkpoint.sha256,
    images: indices.length,
    split,
    seed,
    ...(grid ? { directionsOf: grid.directionsOf?.sha256 ?? checkpoint.sha256 } : {}),
    engine,
    startedAt,
  };
}

function figureRows(result: StoredLandscape['result']): Row[] {
  const { setting, axis, sharpness, worstCase, eigenvalue, trace, curve, surface } = result;
  const nats = { unit: 'nats' };
  const curvature = { unit: 'nats per squared weight' };
  const { norm, epsilon, steps, stepSize } = setting.attack ?? {};
  const attack = setting.attack ? `PGD-${steps} ${norm} epsilon ${epsilon} step ${stepSize}` : '';
  const rows: Row[] = [
    ...sharpness.map(({ mean, ...rest }) => ({
      quantity: 'expected sharpness',
      value: mean,
      ...rest,
      ...nats,
    })),
    ...worstCase.map(({ rise, ...rest }) => ({
      quantity: 'worst-case sharpness',
      value: rise,
      ...rest,
      ...nats,
    })),
    ...eigenvalue.map(({ loss, value, residual, iterations }) => ({
      ...{ quantity: 'top eigenvalue', loss, value, residual, iterations },
      ...curvature,
    })),
    ...trace.map(({ mean, ...rest }) => ({ quantity: 'trace', value: mean, ...rest, ...curvature })),
    ...curve.flatMap(({ loss, values }) =>
      values.map((value, i) => ({ quantity: 'curve', loss, a: axis[i] ?? 0, b: 0, value, ...nats })),
    ),
    ...surface.flatMap(({ loss, rows: lines }) =>
      lines.flatMap((line, j) =>
        line.map((value, i) => ({
          ...{ quantity: 'surface', loss, a: axis[i] ?? 0, b: axis[j] ?? 0, value },
          ...nats,
        })),
      ),
    ),
  ];
  return rows.map(row => (row.loss === 'clean' ? row : { ...row, attack }));
}

/** A spreadsheet takes a text that begins with one of =+-@ for a formula. */
function cell(value: string | number | undefined): string {
  if (value === undefined) return '';
  if (typeof value === 'number') return String(value);
  const text = /^[=+\-@]/.test(value) ? `'${value}` : value;
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
