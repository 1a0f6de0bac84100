import type {
  AccuracyFigure,
  AttackFigure,
  EvaluationWarning,
  RobustnessEvaluation,
} from '../../../contract/evaluation';
import { formatDuration, formatPercent, safeLine } from './format';
import { noPaint, type Paint } from './paint';

/** `apgd-ce: 69.5% (63.0% to 75.5%), 48 of 187 broken in 39s`. */
export function attackLine(name: string, figure: AccuracyFigure | AttackFigure): string {
  const accuracy = `${name}: ${formatPercent(figure.accuracy)} (${intervalText(figure)})`;
  if (!('attacked' in figure)) return accuracy;
  return `${accuracy}, ${figure.broken} of ${figure.attacked} broken in ${formatDuration(figure.seconds)}`;
}

export function warningLines({ found, meaning, advice }: EvaluationWarning, paint: Paint): string[] {
  return [paint('yellow', `warning: ${safeLine(found)}`), `  ${meaning}`, `  ${advice}`];
}

/** The whole result as a table with its warnings. */
export function reportLines(evaluation: RobustnessEvaluation): string[] {
  const { setting, figures, warnings, robustIndices } = evaluation;
  const { examples, dataset, norm, epsilon, model } = setting;
  const rows = [
    ['', 'accuracy', '95 % interval', 'broken', 'time'],
    ['clean', ...accuracyCells(figures.clean), '', ''],
    ...figures.attacks.map(figure => [
      figure.name,
      ...accuracyCells(figure),
      `${figure.broken} of ${figure.attacked}`,
      formatDuration(figure.seconds),
    ]),
    ['worst case', ...accuracyCells(figures.worstCase), '', formatDuration(evaluation.seconds)],
  ];
  return [
    `${model}, ${dataset.name} test examples ${examples.from}..${examples.to}, ${norm} ${Number(epsilon.toPrecision(6))}, on ${evaluation.engine}:`,
    ...table(rows),
    '',
    `worst case a class: ${perClassText(figures.worstCase)}`,
    `${robustIndices.length} of ${figures.clean.examples} examples stay robust.`,
    ...warnings.flatMap(warning => warningLines(warning, noPaint)),
  ];
}

/** Classes without an example have no accuracy. */
function perClassText({ perClass }: AccuracyFigure): string {
  const present = perClass.filter(({ examples }) => examples > 0);
  return present.map(figure => `${figure.class}: ${formatPercent(figure.accuracy)}`).join(', ');
}

function accuracyCells(figure: AccuracyFigure): string[] {
  return [formatPercent(figure.accuracy), intervalText(figure)];
}

function intervalText({ interval: [low, high] }: AccuracyFigure): string {
  return `${formatPercent(low)} to ${formatPercent(high)}`;
}

function table(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map(row => row[column]?.length ?? 0)));
  return rows.map(row =>
    `  ${row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0))).join('  ')}`.trimEnd(),
  );
}
