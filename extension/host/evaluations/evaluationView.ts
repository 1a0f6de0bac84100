import type { AccuracyFigure, AttackFigure, RobustnessEvaluation } from '../../contract/evaluation';
import type { EvaluationView } from '../../contract/evaluationPage';
import type { MeasurementCommand } from '../../contract/measurement';
import type { Measurement } from '../measurements/measurement';

/** The evaluations among a folder's results, as pages are told of them. What cannot be shown is left out. */
export function evaluationViews(
  results: readonly Measurement[],
  platform = process.platform,
): EvaluationView[] {
  return results.flatMap(({ result, state }) => {
    if (result.kind !== 'robustness' || !canBeShown(result)) return [];
    const { name, setting, engine, device, startedAt, updatedAt, seconds, figures, warnings } = result;
    const { standing, failure, command } = result;
    return [
      {
        name,
        state,
        setting,
        engine,
        device,
        startedAt,
        updatedAt,
        seconds,
        figures,
        warnings,
        ...(standing ? { standing } : {}),
        ...(failure === undefined ? {} : { failure }),
        ...(command ? { commandLine: commandLine(command, platform) } : {}),
      },
    ];
  });
}

/** One line that a shell of this platform takes. */
export function commandLine(
  { arguments: words }: MeasurementCommand,
  platform: NodeJS.Platform = process.platform,
): string {
  return ['randomized-at', ...words].map(word => quoted(word, platform)).join(' ');
}

function quoted(word: string, platform: NodeJS.Platform): string {
  if (/^[\w@%+=:,./\\-]+$/.test(word) && (platform === 'win32' || !word.includes('\\'))) return word;
  return platform === 'win32' ? `"${word.replaceAll('"', '\\"')}"` : `'${word.replaceAll("'", `'\\''`)}'`;
}

/** Files are what programs, or people, have left: what is shown is looked at first. */
function canBeShown({ setting, figures, warnings }: RobustnessEvaluation): boolean {
  const { checkpoint, examples } = setting;
  return (
    [setting.model, setting.attack, checkpoint?.file, checkpoint?.sha256].every(isText) &&
    isText(setting.dataset?.name) &&
    (setting.norm === 'linf' || setting.norm === 'l2') &&
    [setting.epsilon, setting.seed, examples?.from, examples?.to].every(isNumber) &&
    isFigure(figures.clean) &&
    isFigure(figures.worstCase) &&
    Array.isArray(figures.attacks) &&
    figures.attacks.every(isAttack) &&
    Array.isArray(warnings) &&
    warnings.every(warning => [warning?.found, warning?.meaning, warning?.advice].every(isText))
  );
}

function isFigure(figure: AccuracyFigure | undefined): boolean {
  return isCount(figure) && Array.isArray(figure?.perClass) && figure.perClass.every(isCount);
}

function isCount(figure: Omit<AccuracyFigure, 'perClass'> | undefined): boolean {
  if (!figure || !Array.isArray(figure.interval)) return false;
  return [figure.accuracy, figure.correct, figure.examples, ...figure.interval.slice(0, 2)].every(isNumber);
}

function isAttack(figure: AttackFigure): boolean {
  return (
    isFigure(figure) &&
    isText(figure.name) &&
    [figure.attacked, figure.broken, figure.seconds].every(isNumber)
  );
}

const isText = (value: unknown): value is string => typeof value === 'string';
const isNumber = (value: unknown): value is number => typeof value === 'number';
