import { stripVTControlCharacters } from 'node:util';
import {
  formatCount,
  formatDuration,
  formatFloor,
  formatLearningRate,
  formatLoss,
  formatPercent,
  formatRate,
  safeLine,
} from './format';
import { remainingSeconds } from './pace';
import type { Paint } from './paint';
import type { RunState } from './state';

/** The lines that are drawn over and over while a run goes on; none is longer than `width`. */
export function renderBlock(state: RunState, width: number, paint: Paint): string[] {
  return [
    paint('bold', cut(titleOf(state), width)),
    paint('dim', cut(safeLine(state.facts.objective), width)),
    renderProgress(state, width, paint),
    ...joinSegments(positionSegments(state), width),
    ...joinSegments(lossSegments(state), width),
    ...joinSegments(figureSegments(state, paint), width),
  ].filter(line => line !== '');
}

/** `mnist-quickstart: webgpu on NVIDIA H200`. */
export function titleOf({ facts, engine, device }: RunState): string {
  const where = engine === undefined ? 'starting' : `${engine} on ${device}`;
  return safeLine(`${facts.name}: ${where}`);
}

/** Seconds until the last training step, undefined until the rate is known. */
export function estimateRemaining(state: RunState): number | undefined {
  return remainingSeconds(
    state.pace,
    Math.max(0, state.totalSteps - state.step),
    Math.max(0, state.facts.epochs - Math.floor(state.epoch + 1e-6)),
  );
}

function renderProgress({ step, totalSteps }: RunState, width: number, paint: Paint): string {
  const fraction = totalSteps > 0 ? Math.min(step / totalSteps, 1) : 0;
  const percent = `${formatFloor(fraction * 100)}%`.padStart(6);
  const cells = Math.max(1, Math.min(width, 100) - percent.length - 1);
  const done = Math.floor(fraction * cells);
  return `${paint('cyan', '█'.repeat(done))}${paint('dim', '░'.repeat(cells - done))} ${percent}`;
}

function positionSegments(state: RunState): string[] {
  return [
    `step ${formatCount(state.step)}/${formatCount(state.totalSteps)}`,
    `epoch ${formatFloor(state.epoch)}/${state.facts.epochs}`,
    state.betweenEpochs ? 'evaluating' : `${formatRate(state.latest?.imagesPerSecond)} images/s`,
    `ETA ${formatDuration(estimateRemaining(state))}`,
  ];
}

function lossSegments({ latest }: RunState): string[] {
  if (!latest) return [];
  const { total, natural, robust, first, second } = latest.loss;
  return [
    `loss ${formatLoss(total)}`,
    `natural ${formatLoss(natural)}`,
    ...optional('robust', robust, formatLoss),
    ...optional('first', first, formatLoss),
    ...optional('second', second, formatLoss),
  ];
}

function figureSegments({ latest, best }: RunState, paint: Paint): string[] {
  return [
    ...optional('batch clean', latest?.cleanAccuracy, formatPercent),
    ...optional('batch robust', latest?.robustAccuracy, formatPercent),
    ...optional('learning rate', latest?.learningRate, formatLearningRate),
    ...(best
      ? [paint('green', `best* epoch ${best.epoch}: ${formatPercent(best.robustAccuracy)} robust`)]
      : []),
  ];
}

function optional(label: string, value: number | undefined, format: (value: number) => string): string[] {
  return value === undefined ? [] : [`${label} ${format(value)}`];
}

/** Segments with a dot between them, on as many lines as they need. */
function joinSegments(segments: readonly string[], width: number): string[] {
  const lines: string[] = [];
  for (const segment of segments) {
    const joined = lines.length > 0 ? `${lines.at(-1)} · ${segment}` : segment;
    if (lines.length > 0 && visibleLength(joined) <= width) lines[lines.length - 1] = joined;
    else lines.push(segment);
  }
  return lines;
}

function visibleLength(text: string): number {
  return stripVTControlCharacters(text).length;
}

function cut(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, Math.max(0, width - 1))}…`;
}
