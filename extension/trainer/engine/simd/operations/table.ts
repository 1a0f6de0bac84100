import type { Operation } from '../operation';
import {
  batchNormGradient,
  batchNormGradientSums,
  biasRelu,
  channelMoments,
  joinMoments,
  scaleReluGradient,
  scaleShiftRelu,
} from './batchNorm';
import { binary } from './binary';
import { convolve } from './convolve';
import { convolveFewInputsGradient } from './convolveFewInputsGradient';
import { convolveFilterGradient } from './convolveFilterGradient';
import { convolveInputGradient } from './convolveInputGradient';
import { copyStrided } from './copyStrided';
import { fill } from './fill';
import { multiplyMatrices } from './multiplyMatrices';
import { normals } from './normals';
import { packMatrix } from './packMatrix';
import { pair, triple, unary } from './pointwise';
import {
  averagePool,
  averagePoolGradient,
  biasReluPool,
  biasReluPoolGradient,
  maxPool,
  maxPoolGradient,
} from './pools';
import { reductions } from './reduce';
import { spin } from './spin';
import { sumMatrices } from './sumMatrices';
import { winogradConvolve } from './winogradConvolve';
import { winogradFilterGradient } from './winogradFilterGradient';
import { winogradFromPositions } from './winogradFromPositions';
import { winogradGradientProducts } from './winogradGradientProducts';
import { winogradProducts } from './winogradProducts';
import { winogradToPositions } from './winogradToPositions';
import { winogradTransformFilters } from './winogradTransformFilters';

/** Every operation, at the number by which threads know it. The worker's bundle and the trainer's hold the same table. */
export const operations: readonly Operation[] = [
  ...Object.values(binary),
  ...Object.values(pair),
  ...Object.values(reductions),
  ...Object.values(triple),
  ...Object.values(unary),
  averagePool,
  averagePoolGradient,
  batchNormGradient,
  batchNormGradientSums,
  biasRelu,
  biasReluPool,
  biasReluPoolGradient,
  channelMoments,
  copyStrided,
  fill,
  joinMoments,
  maxPool,
  maxPoolGradient,
  scaleReluGradient,
  scaleShiftRelu,
  convolve,
  convolveFewInputsGradient,
  convolveFilterGradient,
  convolveInputGradient,
  multiplyMatrices,
  normals,
  packMatrix,
  spin,
  sumMatrices,
  winogradConvolve,
  winogradFilterGradient,
  winogradFromPositions,
  winogradGradientProducts,
  winogradProducts,
  winogradToPositions,
  winogradTransformFilters,
];
