import type { EvaluationEvent, MessageEvent, SharpnessEvent } from '../../../contract/events';
import { formatCount, formatEstimate, formatFloor, formatPercent, safeLine, safeLines } from './format';
import type { Paint } from './paint';
import { endsEpoch } from './state';

/** `warning: ...`; further lines of the text are indented below it. */
export function messageLines({ level, text }: MessageEvent, paint: Paint): string[] {
  const [first = '', ...rest] = safeLines(text);
  const line = level === 'info' ? first : `${level}: ${first}`;
  const style = { info: 'dim', warning: 'yellow', error: 'red' } as const;
  return [paint(style[level], line), ...rest.map(continued => `  ${continued}`)];
}

/** `validation, epoch 3: clean 95.1%, robust 81.2% (PGD-10, 1,000 examples, current weights)`. */
export function evaluationLine(event: EvaluationEvent): string {
  return `${event.split}, ${momentOf(event)}: ${evaluationFigures(event)}`;
}

export function evaluationFigures(event: EvaluationEvent): string {
  const accuracies = `clean ${formatPercent(event.cleanAccuracy)}, robust ${formatPercent(event.robustAccuracy)}`;
  return `${accuracies} (${safeLine(event.attack)}, ${formatCount(event.examples)} examples, ${event.weights} weights)`;
}

export function sharpnessLine(event: SharpnessEvent): string {
  const { clean, adversarial } = event;
  const figures = `adversarial ${formatEstimate(adversarial)}, clean ${formatEstimate(clean)}`;
  return `sharpness, ${momentOf(event)}: ${figures} (rho ${event.rho}, ${event.directions} directions)`;
}

function momentOf(event: { readonly step: number; readonly epoch: number }): string {
  return endsEpoch(event)
    ? `epoch ${Math.round(event.epoch)}`
    : `step ${formatCount(event.step)} (epoch ${formatFloor(event.epoch)})`;
}
