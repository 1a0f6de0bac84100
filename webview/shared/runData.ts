import { GrowingTable } from '../../extension/contract/columns';
import type {
  EpochFigure,
  RunFacts,
  RunNews,
  SharpnessFigure,
  SharpnessSetting,
  StepFigure,
  ValidationFigure,
} from '../../extension/contract/dashboard';
import type { EvaluationEvent, ExamplesEvent, MessageEvent } from '../../extension/contract/events';

/** A measurement on the validation part. */
export interface ValidationRow {
  readonly step: number;
  readonly cleanAccuracy: number;
  readonly robustAccuracy: number;
  readonly examples: number;
}

/** What a page knows of one run; it grows with the host's news. */
export class RunData {
  readonly steps = new GrowingTable<StepFigure>();
  readonly epochs = new GrowingTable<EpochFigure>();
  readonly validation = new GrowingTable<ValidationFigure>();
  readonly sharpness = new GrowingTable<SharpnessFigure>();
  readonly examples: ExamplesEvent[] = [];
  readonly messages: MessageEvent[] = [];
  facts: RunFacts = { stepsPerEpoch: 1, totalSteps: 0 };
  bestStep: number | undefined;
  test: EvaluationEvent | undefined;
  attack: string | undefined;
  sharpnessSetting: SharpnessSetting | undefined;

  append(news: RunNews): void {
    this.steps.append(news.tables.steps);
    this.epochs.append(news.tables.epochs);
    this.validation.append(news.tables.validation);
    this.sharpness.append(news.tables.sharpness);
    this.examples.push(...news.examples);
    this.messages.push(...news.messages);
    this.facts = news.facts;
    this.bestStep = news.bestStep;
    this.test = news.test;
    this.attack = news.attack;
    this.sharpnessSetting = news.sharpnessSetting;
  }

  /** Steps finished. */
  get step(): number {
    return this.steps.step[this.steps.rows - 1] ?? 0;
  }

  /** Epochs finished, with the fraction of the current one. */
  epochOf(step: number): number {
    return step / Math.max(1, this.facts.stepsPerEpoch);
  }

  get seconds(): number {
    return this.steps.seconds[this.steps.rows - 1] ?? 0;
  }

  /** The latest value of a step figure. */
  latest(figure: StepFigure): number | undefined {
    const value = this.steps.at(this.steps.rows - 1, figure);
    return Number.isNaN(value) ? undefined : value;
  }

  validationRows(): ValidationRow[] {
    return Array.from(this.validation.step, (step, row) => ({
      step,
      cleanAccuracy: this.validation.at(row, 'cleanAccuracy'),
      robustAccuracy: this.validation.at(row, 'robustAccuracy'),
      examples: this.validation.at(row, 'examples'),
    }));
  }

  lastValidation(): ValidationRow | undefined {
    return this.validationRows().at(-1);
  }

  /** The measurement that the best checkpoint was chosen by. */
  bestValidation(): ValidationRow | undefined {
    return this.validationRows().findLast(({ step }) => step === this.bestStep);
  }
}
