import { createLogUpdate } from 'log-update';
import type { EvaluationEvent } from '../../../contract/evaluation';
import type { Output } from '../io';
import type { Clock } from './clock';
import { attackLine, warningLines } from './evaluationReport';
import { formatCount, formatDuration, formatFloor, formatPercent, safeLine } from './format';
import type { Paint } from './paint';

/** Shows an evaluation from its events alone. */
export interface EvaluationDisplay {
  event(event: EvaluationEvent): void;
  /** Leaves the stream in order, whatever has happened. */
  close(): void;
}

type Progress = Extract<EvaluationEvent, { type: 'evaluation-progress' }>;

const plainLineEveryMilliseconds = 10_000;

/** Lines for files and pipes: one every ten seconds, one an attack. */
export function createPlainEvaluation(out: Output, clock: Clock): EvaluationDisplay {
  let lastLine = Number.NEGATIVE_INFINITY;
  return {
    event(event) {
      if (event.type === 'evaluation-progress') {
        if (clock.now() - lastLine < plainLineEveryMilliseconds) return;
        lastLine = clock.now();
        out.write(`${progressText(event)}\n`);
        return;
      }
      const lines = lastingLines(event, (_style, text) => text);
      if (lines.length > 0) out.write(`${lines.join('\n')}\n`);
    },
    close() {},
  };
}

/** One line that is drawn over and over, with what lasts above it. */
export function createTerminalEvaluation(out: Output, paint: Paint): EvaluationDisplay {
  // The cursor stays visible: hiding it would leave the terminal without one when the process is killed.
  const update = createLogUpdate(out, { showCursor: true });
  return {
    event(event) {
      if (event.type === 'evaluation-progress') {
        update(`${bar(event, out.columns ?? 80, paint)}\n${progressText(event).slice(0, out.columns ?? 80)}`);
        return;
      }
      const lines = lastingLines(event, paint);
      if (lines.length === 0) return;
      update.clear();
      out.write(`${lines.join('\n')}\n`);
    },
    close() {
      update.clear();
      update.done();
    },
  };
}

function lastingLines(event: EvaluationEvent, paint: Paint): string[] {
  switch (event.type) {
    case 'evaluation-started':
      return [
        safeLine(`${event.engine} on ${event.device}`),
        `${formatCount(event.examples)} examples: ${event.attacks.join(', ')}`,
        `${event.resumed ? 'goes on with' : 'writes'} ${safeLine(event.file)}`,
      ];
    case 'evaluation-stage':
      return [attackLine(event.stage, event.figure)];
    case 'evaluation-warning':
      return warningLines(event.warning, paint);
    default:
      return [];
  }
}

/** `apgd-t 3/9 · 66.5% of 200 robust · 41.2% · ETA 4m05s`. */
export function progressText(event: Progress): string {
  const pass = event.passes > 1 ? ` ${event.pass + 1}/${event.passes}` : '';
  return [
    `${event.stage}${pass}`,
    `${formatPercent(event.robust / Math.max(event.examples, 1))} of ${formatCount(event.examples)} robust so far`,
    `${formatFloor(100 * event.fraction)}% done`,
    `${formatDuration(event.seconds)}`,
    `ETA at most ${formatDuration(event.secondsLeft)}`,
  ].join(' · ');
}

function bar({ fraction }: Progress, width: number, paint: Paint): string {
  const cells = Math.max(1, Math.min(width, 100) - 7);
  const done = Math.floor(fraction * cells);
  const percent = `${formatFloor(100 * fraction)}%`.padStart(6);
  return `${paint('cyan', '█'.repeat(done))}${paint('dim', '░'.repeat(cells - done))} ${percent}`;
}
