import type { EpochEvent, RunEvent, StepEvent } from '../../../contract/events';
import type { Output } from '../io';
import { estimateRemaining, titleOf } from './block';
import type { Clock } from './clock';
import type { Display } from './display';
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
import { evaluationLine, messageLines, sharpnessLine } from './lines';
import { noPaint } from './paint';
import { type HeaderFacts, initialState, type RunState, reduce } from './state';
import { renderSummary } from './summary';

const stepLineEveryMilliseconds = 10_000;

/** Lines without control characters, for files, pipes and logs. */
export function createPlainDisplay(out: Output, facts: HeaderFacts, clock: Clock): Display {
  let state = initialState(facts);
  let lastStepLine = Number.NEGATIVE_INFINITY;
  return {
    event(event) {
      const { best } = state;
      state = reduce(state, event);
      if (event.type === 'step') {
        if (clock.now() - lastStepLine < stepLineEveryMilliseconds) return;
        lastStepLine = clock.now();
      }
      const lines = describe(event, state, state.best !== best);
      if (lines.length > 0) out.write(`${lines.join('\n')}\n`);
    },
    close() {},
  };
}

function describe(event: RunEvent, state: RunState, isBest: boolean): string[] {
  const { facts } = state;
  switch (event.type) {
    case 'started':
    case 'resumed':
      return [
        titleOf(state),
        safeLine(facts.objective),
        `${facts.epochs} epochs, ${formatCount(state.totalSteps)} steps${event.type === 'resumed' ? `, resumed at step ${formatCount(event.step)}` : ''}`,
        `run folder: ${safeLine(facts.runFolder)}`,
      ];
    case 'step':
      return [stepLine(event, state)];
    case 'epoch':
      return [epochLine(event, state)];
    case 'evaluation':
      return [evaluationLine(event) + (isBest ? ', best so far' : '')];
    case 'sharpness':
      return [sharpnessLine(event)];
    case 'message':
      return messageLines(event, noPaint);
    case 'ended':
      // A file has no width: no line of the summary is broken.
      return renderSummary(state, Number.POSITIVE_INFINITY, noPaint);
    default:
      return [];
  }
}

function stepLine(event: StepEvent, state: RunState): string {
  const { total, natural, robust, first, second } = event.loss;
  const terms = Object.entries({ natural, robust, first, second }).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name} ${formatLoss(value)}`],
  );
  return [
    `step ${formatCount(event.step)}/${formatCount(state.totalSteps)}`,
    `epoch ${formatFloor(event.epoch)}/${state.facts.epochs}`,
    `loss ${formatLoss(total)} (${terms.join(', ')})`,
    `${formatRate(event.imagesPerSecond)} images/s`,
    `ETA ${formatDuration(estimateRemaining(state))}`,
  ].join(', ');
}

function epochLine(event: EpochEvent, state: RunState): string {
  const { cleanAccuracy, robustAccuracy } = event;
  return [
    `epoch ${Math.round(event.epoch)}/${state.facts.epochs}: train loss ${formatLoss(event.loss.total)}`,
    ...(cleanAccuracy === undefined ? [] : [`clean ${formatPercent(cleanAccuracy)}`]),
    ...(robustAccuracy === undefined ? [] : [`robust ${formatPercent(robustAccuracy)}`]),
    `learning rate ${formatLearningRate(state.latest?.learningRate)}`,
    formatDuration(event.seconds),
  ].join(', ');
}
