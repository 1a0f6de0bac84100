import { tensor4d } from '@tensorflow/tfjs-core';
import type { Batch } from '../data/batches';
import type { TensorMap } from '../models/tensorMap';
import type { SgdOptions } from '../optim/sgd';
import type { Key } from '../random/key';
import { oneHotLabels } from '../step/batch';
import { keyedDraws } from '../step/draws';
import type { Recipe } from '../step/recipe';
import { disposeStep, type TrainingState, trainingStep } from '../step/trainingStep';
import type { StepFigures } from './progress';
import { readAccuracies, readLossTerms } from './stepFigures';

/** What differs from one step of a run to the next. */
export interface StepRequest {
  readonly step: number;
  readonly batch: Batch;
  readonly sgd: SgdOptions;
  /** 0 before AWP begins. */
  readonly awpGamma: number;
}

export interface TakenStep {
  /** On the run's engine; the caller's to dispose of. */
  readonly state: TrainingState;
  readonly gradients: TensorMap;
  readonly statisticsUpdates: number;
  /** Waits for the device. */
  figures(): Promise<StepFigures>;
  /** Frees all but the state. */
  dispose(): void;
}

/** Who computes the steps of a run. */
export interface Steps {
  /** The hardware in words, where it is not the run's engine that computes. */
  readonly device?: string;
  /** Leaves `state` alone. What can be done before the device answers is done when this returns. */
  take(state: TrainingState, request: StepRequest): Promise<TakenStep>;
  close(): Promise<void>;
}

/** The run's engine takes the steps itself. */
export function stepsOnEngine(recipe: Recipe, key: Key): Steps {
  return {
    take: async (state, { step, batch, sgd, awpGamma }) => {
      const images = tensor4d(batch.images, [batch.labels.length, ...recipe.model.inputShape]);
      const oneHot = oneHotLabels(batch.labels, recipe.model.classes);
      const draws = keyedDraws(key, step);
      const result = trainingStep({ ...recipe, awpGamma }, state, images, oneHot, sgd, draws);
      images.dispose();
      oneHot.dispose();
      return {
        state: result.state,
        gradients: result.gradients,
        statisticsUpdates: result.statisticsUpdates,
        figures: async () => ({
          loss: await readLossTerms(result, recipe.beta),
          accuracy: await readAccuracies(result, batch.labels),
        }),
        dispose: () => disposeStep(result, { keepState: true }),
      };
    },
    close: async () => {},
  };
}
