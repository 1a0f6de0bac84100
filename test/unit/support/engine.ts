import { Tensor, type Tensor2D, tensor2d } from '@tensorflow/tfjs-core';
import { engineOptions } from '../../../extension/trainer/engine/assets';
import type { EngineName, EngineOptions } from '../../../extension/trainer/engine/engine';
import { openEngine } from '../../../extension/trainer/engine/open';
import type { Draws } from '../../../extension/trainer/fused/keyedNormals';
import type { Matrix } from './float64';

/** Makes an engine the current one before the tests of the enclosing `describe`. */
export function onEngine(name: EngineName, wishes: Partial<EngineOptions> = {}): void {
  before(async () => {
    await openEngine(name, engineOptions(wishes));
  });
}

/** Values of a tensor as plain numbers. */
export const valuesOf = (tensor: Tensor): number[] => Array.from(tensor.dataSync());

/** Random numbers as plain ones, wherever they were drawn. */
export const drawnValues = (draws: Draws): number[] =>
  draws instanceof Tensor ? valuesOf(draws) : Array.from(draws);

export const scalarOf = (tensor: Tensor): number => valuesOf(tensor)[0] ?? Number.NaN;

export const matrixTensor = (matrix: Matrix): Tensor2D => tensor2d(matrix.map(row => [...row]));
