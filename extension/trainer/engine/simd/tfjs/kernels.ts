// Registers the plain JavaScript kernels that rare operations fall back on.
import '@tensorflow/tfjs-backend-cpu';
import {
  findBackend,
  getKernel,
  getKernelsForBackend,
  type KernelConfig,
  type NamedTensorInfoMap,
  registerKernel,
} from '@tensorflow/tfjs-core';
import { silenceAdvertisement } from '../../cpu';
import { batchNormKernels } from './batchNorm';
import { binaryKernels } from './binary';
import { convolutionKernels } from './convolutions';
import { fusedKernels } from './fused';
import { backendName, fallback, kernel } from './kernel';
import { matMulKernels } from './matMul';
import { moveKernels } from './moves';
import { poolKernels } from './pools';
import { reductionKernels } from './reductions';
import { unaryKernels } from './unary';
import { valueKernels } from './values';

const ourKernels: readonly KernelConfig[] = [
  ...batchNormKernels,
  ...binaryKernels,
  ...convolutionKernels,
  ...fusedKernels,
  ...matMulKernels,
  ...moveKernels,
  ...poolKernels,
  ...reductionKernels,
  ...unaryKernels,
  ...valueKernels,
];

/** Our kernels; whatever else TensorFlow.js can do in plain JavaScript falls back on that. */
export function registerKernels(): void {
  silenceAdvertisement(findBackend('cpu'));
  for (const config of ourKernels) registerUnlessThere(config);
  for (const { kernelName } of getKernelsForBackend('cpu')) {
    registerUnlessThere(kernel<NamedTensorInfoMap>(kernelName, call => fallback(kernelName, call)));
  }
}

function registerUnlessThere(config: KernelConfig): void {
  if (!getKernel(config.kernelName, backendName)) registerKernel(config);
}
