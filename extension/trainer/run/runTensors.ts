import type { Config } from '../../contract/config';
import type { Judged } from '../evaluation/robustAccuracy';
import type { Model } from '../models/model';
import { cloneTensors, disposeTensors, type TensorMap } from '../models/tensorMap';
import { averageWeights } from '../optim/sgd';
import { disposeState, type TrainingState } from '../step/trainingStep';
import { freshState, type Workload } from './workload';

/** The tensors of a run: what the optimizer changes, and the moving average where there is one. */
export interface RunTensors extends TrainingState {
  readonly average?: TensorMap;
}

/** Those of a run that begins: the average begins as the freshly drawn weights. */
export function freshTensors(workload: Workload): RunTensors {
  const state = freshState(workload);
  if (workload.config.ema.decay === 0) return state;
  return { ...state, average: cloneTensors(state.parameters) };
}

/** Takes over the state after a step of an epoch (0, 1, ...), moves the average on and disposes of what they replace. */
export function replaceState(
  { average, ...state }: RunTensors,
  next: TrainingState,
  { decay, warmupEpochs }: Config['ema'],
  epoch: number,
): RunTensors {
  disposeState(state);
  if (!average) return next;
  const moved =
    epoch < warmupEpochs ? cloneTensors(next.parameters) : averageWeights(average, next.parameters, decay);
  disposeTensors(average);
  return { ...next, average: moved };
}

/** The weights that are judged and kept as the best: the moving average where there is one. */
export function weightsToJudge(model: Model, { parameters, average, statistics }: RunTensors): Judged {
  return { model, parameters: average ?? parameters, statistics };
}

export function disposeRunTensors({ average, ...state }: RunTensors): void {
  disposeState(state);
  if (average) disposeTensors(average);
}
