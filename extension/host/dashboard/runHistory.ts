import { GrowingTable, hasFigure } from '../../contract/columns';
import type {
  EpochFigure,
  RunFacts,
  RunNews,
  SharpnessFigure,
  SharpnessSetting,
  StepFigure,
  ValidationFigure,
} from '../../contract/dashboard';
import type {
  EvaluationEvent,
  ExamplesEvent,
  MessageEvent,
  RunEvent,
  SharpnessEvent,
} from '../../contract/events';
import type { MetricsPiece } from '../../contract/metricsPiece';
import { stepFigures } from '../../contract/stepLine';
import { figuresOfStep, type StepRows } from '../../contract/stepRows';
import { RunClock } from './runClock';
import { Told } from './told';

/** How far a reader of a history has read: what `RunHistory.since` goes on from. */
export interface Bookmark {
  readonly steps: number;
  readonly epochs: number;
  readonly validation: number;
  readonly sharpness: number;
  readonly examples: number;
  readonly messages: number;
  /** Events of all kinds except steps in rows: also those that only replace a figure, such as the test's. */
  readonly events: number;
}

export const beginning: Bookmark = {
  steps: 0,
  epochs: 0,
  validation: 0,
  sharpness: 0,
  examples: 0,
  messages: 0,
  events: 0,
};

/**
 * The truth about one run: its events as columns, from which pages get everything or what is new. A `resumed` event takes
 * back what came after its step.
 */
export class RunHistory {
  readonly #steps = new GrowingTable<StepFigure>();
  readonly #epochs = new GrowingTable<EpochFigure>();
  readonly #validation = new GrowingTable<ValidationFigure>();
  readonly #sharpness = new GrowingTable<SharpnessFigure>();
  readonly #tables = [this.#steps, this.#epochs, this.#validation, this.#sharpness];
  readonly #examples = new Told<ExamplesEvent>();
  readonly #messages = new Told<MessageEvent>();
  readonly #facts = new Told<RunFacts>();
  readonly #bestStep = new Told<number>();
  readonly #test = new Told<EvaluationEvent>();
  readonly #attack = new Told<string>();
  readonly #sharpnessSetting = new Told<SharpnessSetting>();
  readonly #lists = [
    this.#examples,
    this.#messages,
    this.#facts,
    this.#bestStep,
    this.#test,
    this.#attack,
    this.#sharpnessSetting,
  ];
  readonly #clock = new RunClock();
  #seconds = new Float64Array(0);
  #losses = 0;
  #events = 0;

  /** @param mostSteps rows to make room for at once; there may be more */
  constructor(mostSteps = 0) {
    this.#steps.reserve(mostSteps);
  }

  /** Events in their order. */
  append(events: Iterable<RunEvent>): void {
    for (const event of events) this.#take(event);
  }

  /** A piece of the file, in its order. */
  appendPiece({ steps, others }: MetricsPiece): void {
    let row = 0;
    for (const other of others) {
      this.#takeSteps(steps, row, other.row);
      this.#take(other.event);
      row = other.row;
    }
    this.#takeSteps(steps, row, steps.rows);
  }

  /** How often something has been taken back: a reader that has read before must read anew when it changes. */
  get losses(): number {
    return this.#losses;
  }

  bookmark(): Bookmark {
    return {
      steps: this.#steps.rows,
      epochs: this.#epochs.rows,
      validation: this.#validation.rows,
      sharpness: this.#sharpness.rows,
      examples: this.#examples.count,
      messages: this.#messages.count,
      events: this.#events,
    };
  }

  /**
   * What came after `bookmark`, in buffers of their own.
   * @param end leaves out the steps' rows from this one on
   */
  since(bookmark: Bookmark, end = this.#steps.rows): RunNews {
    const [bestStep, test, attack, sharpnessSetting] = [
      this.#bestStep.last,
      this.#test.last,
      this.#attack.last,
      this.#sharpnessSetting.last,
    ];
    return {
      tables: {
        steps: this.#steps.slice(bookmark.steps, end),
        epochs: this.#epochs.slice(bookmark.epochs),
        validation: this.#validation.slice(bookmark.validation),
        sharpness: this.#sharpness.slice(bookmark.sharpness),
      },
      facts: this.#facts.last ?? { stepsPerEpoch: 1, totalSteps: 0 },
      ...(bestStep === undefined ? {} : { bestStep }),
      ...(test ? { test } : {}),
      ...(attack === undefined ? {} : { attack }),
      ...(sharpnessSetting ? { sharpnessSetting } : {}),
      examples: this.#examples.since(bookmark.examples),
      messages: this.#messages.since(bookmark.messages),
    };
  }

  #takeSteps(rows: StepRows, from: number, to: number): void {
    if (from >= to) return;
    if (this.#seconds.length < to) this.#seconds = new Float64Array(Math.max(to, rows.step.length));
    for (let row = from; row < to; row++) {
      this.#seconds[row] = this.#clock.secondsAt(rows.time[row] as number);
    }
    const figures: Partial<Record<StepFigure, Float32Array>> = {};
    for (const [i, name] of stepFigures.entries()) {
      const column = rows.figures[i];
      if (column && hasFigure(column, from, to)) figures[name] = column.subarray(from, to);
    }
    this.#steps.append({
      rows: to - from,
      step: rows.step.subarray(from, to),
      seconds: this.#seconds.subarray(from, to),
      figures,
    });
  }

  #take(event: RunEvent): void {
    this.#events++;
    if (event.type === 'resumed') this.#resume(event.step);
    const seconds = this.#clock.secondsAt(Date.parse(event.time));
    switch (event.type) {
      case 'started':
        this.#facts.add(event.step, {
          engine: event.engine,
          device: event.device,
          parameters: event.parameters,
          stepsPerEpoch: event.stepsPerEpoch,
          totalSteps: event.totalSteps,
        });
        break;
      case 'resumed':
        this.#facts.add(event.step, {
          ...(this.#facts.last ?? { stepsPerEpoch: 1, totalSteps: 0 }),
          engine: event.engine,
          device: event.device,
        });
        break;
      case 'step':
        this.#steps.appendRow(event.step, seconds, figuresOfStep(event));
        return;
      case 'epoch':
        this.#epochs.appendRow(event.step, seconds, {
          ...event.loss,
          cleanAccuracy: event.cleanAccuracy,
          robustAccuracy: event.robustAccuracy,
        });
        break;
      case 'evaluation':
        this.#takeEvaluation(event, seconds);
        break;
      case 'sharpness':
        this.#takeSharpness(event, seconds);
        break;
      case 'examples':
        this.#examples.add(event.step, event);
        break;
      case 'checkpoint':
        if (event.name === 'best') this.#bestStep.add(event.step, event.step);
        break;
      case 'message':
        this.#messages.add(event.step, event);
        break;
      case 'ended':
        break;
    }
    this.#clock.remember(event.step);
  }

  #takeEvaluation(event: EvaluationEvent, seconds: number): void {
    if (event.split === 'test') {
      this.#test.add(event.step, event);
      return;
    }
    if (event.attack !== this.#attack.last) this.#attack.add(event.step, event.attack);
    this.#validation.appendRow(event.step, seconds, {
      cleanAccuracy: event.cleanAccuracy,
      robustAccuracy: event.robustAccuracy,
      cleanLoss: event.cleanLoss,
      robustLoss: event.robustLoss,
      examples: event.examples,
    });
  }

  #takeSharpness(event: SharpnessEvent, seconds: number): void {
    const { rho, directions, examples, clean, adversarial, noiseFloor } = event;
    this.#sharpnessSetting.add(event.step, { rho, directions, examples });
    this.#sharpness.appendRow(event.step, seconds, {
      clean: clean.mean,
      cleanStandardError: clean.standardError,
      adversarial: adversarial.mean,
      adversarialStandardError: adversarial.standardError,
      noiseFloor,
    });
  }

  /** A session goes on where the kept part of the one before it ended. */
  #resume(step: number): void {
    let lost = 0;
    for (const part of [...this.#tables, ...this.#lists]) lost += part.takeBack(step);
    if (lost > 0) this.#losses += 1;
    const rows = this.#steps.rows;
    this.#clock.resume(step, rows > 0 ? (this.#steps.seconds[rows - 1] as number) : 0);
  }
}
