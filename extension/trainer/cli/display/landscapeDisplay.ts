import { createLogUpdate } from 'log-update';
import type { LandscapeEvent, LandscapeResult } from '../../../contract/landscape';
import type { Output } from '../io';
import type { Clock } from './clock';
import { formatCount, formatDuration, formatEstimate, formatFloor, formatLoss, safeLine } from './format';

/** Shows a landscape being measured, from its events alone. */
export interface LandscapeDisplay {
  event(event: LandscapeEvent): void;
  /** Leaves the stream in order, whatever has happened. */
  close(): void;
}

type Progress = Extract<LandscapeEvent, { type: 'landscape-progress' }>;

const plainLineEveryMilliseconds = 10_000;

/** Lines for files and pipes: one every ten seconds. */
export function createPlainLandscape(out: Output, clock: Clock): LandscapeDisplay {
  let lastLine = Number.NEGATIVE_INFINITY;
  return {
    event(event) {
      if (event.type === 'landscape-started') out.write(`${startLines(event).join('\n')}\n`);
      if (event.type !== 'landscape-progress' || clock.now() - lastLine < plainLineEveryMilliseconds) return;
      lastLine = clock.now();
      out.write(`${landscapeProgressText(event)}\n`);
    },
    close() {},
  };
}

/** One line that is drawn over and over. */
export function createTerminalLandscape(out: Output): LandscapeDisplay {
  // The cursor stays visible: hiding it would leave the terminal without one when the process is killed.
  const update = createLogUpdate(out, { showCursor: true });
  return {
    event(event) {
      if (event.type === 'landscape-started') out.write(`${startLines(event).join('\n')}\n`);
      if (event.type === 'landscape-progress')
        update(landscapeProgressText(event).slice(0, out.columns ?? 80));
    },
    close() {
      update.clear();
      update.done();
    },
  };
}

/** `surface, row 3 of 15 · 41.2% done · 1m02s · ETA at most 4m05s`. */
export function landscapeProgressText({ task, fraction, seconds, secondsLeft }: Progress): string {
  return [
    task,
    `${formatFloor(100 * fraction)}% done`,
    formatDuration(seconds),
    `ETA at most ${formatDuration(secondsLeft)}`,
  ].join(' · ');
}

/** The whole result in lines: figures with their losses, and the range of each curve and surface. */
export function landscapeLines(result: LandscapeResult): string[] {
  const { setting, axis, sharpness, worstCase, eigenvalue, trace, curve, surface } = result;
  const { attack, dataset, indices, split } = setting;
  const adversary = attack
    ? `; adversarial: PGD-${attack.steps}, ${attack.norm} ${Number(attack.epsilon.toPrecision(6))}`
    : '';
  const radius = axis.at(-1) ?? 0;
  const reach = `${axis.length} points within ${radius} filter norms`;
  return [
    `${setting.model}, ${formatCount(indices.length)} ${dataset.name} ${split} images, eval mode, on ${result.engine}${adversary}:`,
    ...sharpness.map(
      figure =>
        `  expected sharpness, ${figure.scale}, rho ${figure.rho}, ${figure.loss}: ${formatEstimate(figure)} (noise floor ${figure.noiseFloor.toExponential(1)})`,
    ),
    ...worstCase.map(
      ({ loss, rho, rise }) => `  worst-case sharpness, rho ${rho}, ${loss}: ${formatLoss(rise)}`,
    ),
    ...eigenvalue.map(
      ({ loss, value, iterations, converged }) =>
        `  top Hessian eigenvalue, ${loss}: ${formatLoss(value)} (${converged ? '' : 'not converged in '}${iterations} iterations)`,
    ),
    ...trace.map(figure => `  Hessian trace, ${figure.loss}: ${formatEstimate(figure)}`),
    ...curve.map(({ loss, values }) => `  curve, ${loss}: ${rangeText(values)}, ${reach}`),
    ...surface.map(({ loss, rows }) => `  surface, ${loss}: ${rangeText(rows.flat())}, ${reach} an axis`),
  ];
}

function rangeText(values: readonly number[]): string {
  return `${formatLoss(Math.min(...values))} to ${formatLoss(Math.max(...values))}`;
}

function startLines(event: Extract<LandscapeEvent, { type: 'landscape-started' }>): string[] {
  return [
    safeLine(`${event.engine} on ${event.device}`),
    `${formatCount(event.examples)} examples: ${event.measures.join(', ')}`,
    `${event.resumed ? 'goes on with' : 'writes'} ${safeLine(event.file)}`,
  ];
}
