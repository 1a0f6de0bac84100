import { GrowingTable } from '../../contract/columns';
import type {
  EpochFigure,
  RunFacts,
  RunNews,
  SharpnessFigure,
  SharpnessSetting,
  StepFigure,
  ValidationFigure,
} from '../../contract/dashboard';
import type { EvaluationEvent, ExamplesEvent, MessageEvent, RunEvent } from '../../contract/events';

/** How far a reader of a history has read: what `RunHistory.since` goes on from. */
export interface Bookmark {
  readonly steps: number;
  readonly epochs: number;
  readonly validation: number;
  readonly sharpness: number;
  readonly examples: number;
  readonly messages: number;
}

export const beginning: Bookmark = {
  steps: 0,
  epochs: 0,
  validation: 0,
  sharpness: 0,
  examples: 0,
  messages: 0,
};

/** The truth about one run: its events as columns, from which pages get everything or what is new. */
export class RunHistory {
  readonly #steps = new GrowingTable<StepFigure>();
  readonly #epochs = new GrowingTable<EpochFigure>();
  readonly #validation = new GrowingTable<ValidationFigure>();
  readonly #sharpness = new GrowingTable<SharpnessFigure>();
  readonly #examples: ExamplesEvent[] = [];
  readonly #messages: MessageEvent[] = [];
  readonly #clock = new RunClock();
  #facts: RunFacts = { stepsPerEpoch: 1, totalSteps: 0 };
  #bestStep: number | undefined;
  #test: EvaluationEvent | undefined;
  #attack: string | undefined;
  #sharpnessSetting: SharpnessSetting | undefined;

  /** Events in their order; those a resume takes back must not be among them. */
  append(events: Iterable<RunEvent>): void {
    for (const event of events) this.#take(event);
  }

  bookmark(): Bookmark {
    return {
      steps: this.#steps.rows,
      epochs: this.#epochs.rows,
      validation: this.#validation.rows,
      sharpness: this.#sharpness.rows,
      examples: this.#examples.length,
      messages: this.#messages.length,
    };
  }

  /** What came after `bookmark`, in buffers of their own. */
  since(bookmark: Bookmark): RunNews {
    return {
      tables: {
        steps: this.#steps.slice(bookmark.steps),
        epochs: this.#epochs.slice(bookmark.epochs),
        validation: this.#validation.slice(bookmark.validation),
        sharpness: this.#sharpness.slice(bookmark.sharpness),
      },
      facts: this.#facts,
      ...(this.#bestStep === undefined ? {} : { bestStep: this.#bestStep }),
      ...(this.#test ? { test: this.#test } : {}),
      ...(this.#attack === undefined ? {} : { attack: this.#attack }),
      ...(this.#sharpnessSetting ? { sharpnessSetting: this.#sharpnessSetting } : {}),
      examples: this.#examples.slice(bookmark.examples),
      messages: this.#messages.slice(bookmark.messages),
    };
  }

  #take(event: RunEvent): void {
    const seconds = this.#clock.secondsAt(event);
    switch (event.type) {
      case 'started':
        this.#facts = {
          engine: event.engine,
          device: event.device,
          parameters: event.parameters,
          stepsPerEpoch: event.stepsPerEpoch,
          totalSteps: event.totalSteps,
        };
        break;
      case 'resumed':
        this.#facts = { ...this.#facts, engine: event.engine, device: event.device };
        break;
      case 'step':
        this.#steps.appendRow(event.step, seconds, {
          total: event.loss.total,
          zeroth: event.loss.zeroth,
          natural: event.loss.natural,
          robust: event.loss.robust,
          first: event.loss.first,
          second: event.loss.second,
          learningRate: event.learningRate,
          cleanAccuracy: event.cleanAccuracy,
          robustAccuracy: event.robustAccuracy,
          imagesPerSecond: event.imagesPerSecond,
        });
        break;
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
        this.#sharpnessSetting = { rho: event.rho, directions: event.directions, examples: event.examples };
        this.#sharpness.appendRow(event.step, seconds, {
          clean: event.clean.mean,
          cleanStandardError: event.clean.standardError,
          adversarial: event.adversarial.mean,
          adversarialStandardError: event.adversarial.standardError,
          noiseFloor: event.noiseFloor,
        });
        break;
      case 'examples':
        this.#examples.push(event);
        break;
      case 'checkpoint':
        if (event.name === 'best') this.#bestStep = event.step;
        break;
      case 'message':
        this.#messages.push(event);
        break;
      case 'ended':
        break;
    }
  }

  #takeEvaluation(event: EvaluationEvent, seconds: number): void {
    if (event.split === 'test') {
      this.#test = event;
      return;
    }
    this.#attack = event.attack;
    this.#validation.appendRow(event.step, seconds, {
      cleanAccuracy: event.cleanAccuracy,
      robustAccuracy: event.robustAccuracy,
      cleanLoss: event.cleanLoss,
      robustLoss: event.robustLoss,
      examples: event.examples,
    });
  }
}

/** Wall-clock time of a run without the time between its sessions. */
class RunClock {
  #origin: number | undefined;
  #latest = 0;

  /** Seconds since the run's start; never less than before. */
  secondsAt(event: RunEvent): number {
    const now = Date.parse(event.time) / 1000;
    if (Number.isNaN(now)) return this.#latest;
    // A session goes on where the kept part of the one before it ended.
    if (this.#origin === undefined || event.type === 'resumed') this.#origin = now - this.#latest;
    this.#latest = Math.max(this.#latest, now - this.#origin);
    return this.#latest;
  }
}
