// TensorFlow.js's WebGPU kernels, without its backend.
import '@tensorflow/tfjs-backend-webgpu/dist/flags_webgpu';
import '@tensorflow/tfjs-backend-webgpu/dist/register_all_kernels';
import { type GpuKernel, replaceKernel } from '../kernel';
import { attackStep } from './attackStep';
import {
  addBatchNormRelu,
  addBatchNormReluGradient,
  batchNormRelu,
  batchNormReluGradient,
} from './batchNormRelu';
import { biasRelu, reluGradient } from './biasRelu';
import { biasReluPool, biasReluPoolGradient } from './biasReluPool';
import { cast } from './cast';
import { conv2d, paddedConv2d } from './conv2d';
import { conv2dFilterGradient } from './conv2dFilterGradient';
import { conv2dInputGradient } from './conv2dInputGradient';
import { exp } from './exp';
import { globalAveragePool, globalAveragePoolGradient } from './globalAveragePool';
import { klRows, klRowsGradient } from './klRows';
import { crossEntropyGradient, logSoftmaxRows, logSoftmaxRowsGradient } from './logSoftmax';
import {
  addNormaliseRelu,
  addNormaliseReluGradient,
  normaliseRelu,
  normaliseReluGradient,
} from './normaliseRelu';
import { drawsBelow, keyedNormals } from './normals';
import { sgdSteps } from './sgdStep';
import { weightedSum } from './weightedSum';

const ourKernels: readonly GpuKernel[] = [
  addBatchNormRelu,
  addBatchNormReluGradient,
  addNormaliseRelu,
  addNormaliseReluGradient,
  attackStep,
  batchNormRelu,
  batchNormReluGradient,
  biasRelu,
  biasReluPool,
  biasReluPoolGradient,
  cast,
  conv2d,
  conv2dFilterGradient,
  conv2dInputGradient,
  crossEntropyGradient,
  drawsBelow,
  exp,
  globalAveragePool,
  globalAveragePoolGradient,
  keyedNormals,
  klRows,
  klRowsGradient,
  logSoftmaxRows,
  logSoftmaxRowsGradient,
  normaliseRelu,
  normaliseReluGradient,
  paddedConv2d,
  reluGradient,
  sgdSteps,
  weightedSum,
];

/** Puts our kernels over TensorFlow.js's. */
export function registerKernels(): void {
  for (const kernel of ourKernels) replaceKernel(kernel);
}
