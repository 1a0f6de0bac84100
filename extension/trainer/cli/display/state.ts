import type {
  EndedEvent,
  EvaluationEvent,
  LossTerms,
  RunEvent,
  SharpnessEstimate,
  StepEvent,
} from '../../../contract/events';
import type { Figures } from '../../../contract/runFolder';
import { advancePace, initialPace, type Pace } from './pace';

/** What a display knows before the first event. */
export interface HeaderFacts {
  readonly name: string;
  readonly runFolder: string;
  readonly totalSteps: number;
  readonly epochs: number;
  /** One line: the objective and its Taylor order, the attack, epsilon. */
  readonly objective: string;
  /** Validation figures of the best checkpoint so far, where a run is resumed. */
  readonly best?: Figures;
}

/** What is known of one finished epoch. Accuracies are fractions. */
export interface EpochRow {
  readonly epoch: number;
  /** The epoch's last step, which all its measurements carry. */
  readonly step: number;
  readonly loss?: LossTerms;
  readonly trainClean?: number;
  readonly trainRobust?: number;
  readonly validationClean?: number;
  readonly validationRobust?: number;
  /** Its validation robust accuracy was higher than any before. */
  readonly best: boolean;
  /** On adversarial images: the loss that training minimises. */
  readonly sharpness?: SharpnessEstimate;
  readonly learningRate?: number;
  readonly seconds?: number;
}

export interface RunState {
  readonly facts: HeaderFacts;
  readonly engine?: string;
  readonly device?: string;
  readonly totalSteps: number;
  readonly step: number;
  readonly epoch: number;
  /** The latest step event. */
  readonly latest?: StepEvent;
  /** An epoch has ended and the next has not begun: the run evaluates. */
  readonly betweenEpochs: boolean;
  readonly pace: Pace;
  readonly rows: readonly EpochRow[];
  readonly best?: Figures;
  readonly test?: EvaluationEvent;
  readonly ended?: EndedEvent;
}

export function initialState(facts: HeaderFacts): RunState {
  return {
    facts,
    totalSteps: facts.totalSteps,
    step: 0,
    epoch: 0,
    betweenEpochs: false,
    pace: initialPace,
    rows: [],
    ...(facts.best && { best: facts.best }),
  };
}

/** The state after one more event. */
export function reduce(before: RunState, event: RunEvent): RunState {
  const state: RunState = {
    ...before,
    step: event.step,
    epoch: event.epoch,
    pace: advancePace(before.pace, event),
  };
  switch (event.type) {
    case 'started':
      return { ...state, engine: event.engine, device: event.device, totalSteps: event.totalSteps };
    case 'resumed':
      return {
        ...state,
        engine: event.engine,
        device: event.device,
        rows: state.rows.filter(row => row.step <= event.step),
      };
    case 'step':
      return { ...state, latest: event, betweenEpochs: false };
    case 'epoch':
      return {
        ...withRow(state, event, {
          loss: event.loss,
          ...(event.cleanAccuracy !== undefined && { trainClean: event.cleanAccuracy }),
          ...(event.robustAccuracy !== undefined && { trainRobust: event.robustAccuracy }),
          ...(state.latest && { learningRate: state.latest.learningRate }),
          seconds: event.seconds,
        }),
        betweenEpochs: true,
      };
    case 'evaluation':
      return afterEvaluation(state, event);
    case 'sharpness':
      return endsEpoch(event) ? withRow(state, event, { sharpness: event.adversarial }) : state;
    case 'ended':
      return { ...state, ended: event, betweenEpochs: false };
    default:
      return state;
  }
}

/** Whether a measurement belongs to an epoch's row; one asked for in the middle of an epoch does not. */
export function endsEpoch({ epoch }: { readonly epoch: number }): boolean {
  return epoch > 0.5 && Math.abs(epoch - Math.round(epoch)) < 1e-6;
}

function afterEvaluation(state: RunState, event: EvaluationEvent): RunState {
  if (event.split === 'test') return { ...state, test: event };
  if (event.weights !== 'current' || !endsEpoch(event)) return state;
  const best = event.robustAccuracy > (state.best?.robustAccuracy ?? Number.NEGATIVE_INFINITY);
  const { step, epoch, cleanAccuracy, robustAccuracy } = event;
  return {
    ...withRow(state, event, { validationClean: cleanAccuracy, validationRobust: robustAccuracy, best }),
    ...(best && { best: { step, epoch: Math.round(epoch), cleanAccuracy, robustAccuracy } }),
  };
}

/** Adds figures to the row of the event's epoch, which the first of its events makes. */
function withRow(
  state: RunState,
  { step, epoch }: { readonly step: number; readonly epoch: number },
  figures: Partial<EpochRow>,
): RunState {
  const row = state.rows.find(candidate => candidate.step === step);
  const others = state.rows.filter(candidate => candidate !== row);
  return {
    ...state,
    rows: [...others, { epoch: Math.round(epoch), step, best: false, ...row, ...figures }],
  };
}

/** Rows that no later event can change: the run has gone on since, or has ended. */
export function finalRows(state: RunState): readonly EpochRow[] {
  return state.rows.filter(row => row.step < state.step || state.ended !== undefined);
}
