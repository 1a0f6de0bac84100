import { registerActivations } from './activations';
import { registerConvolutions } from './convolutions';

/**
 * What tfjs-node's kernels leave out of TensorFlow's operations, or make of many of them. Batch norm stays a composition:
 * TensorFlow's own in one pass saves a tenth of a step on the processor, and rounds enough to miss recorded steps.
 */
export function registerKernels(): void {
  registerConvolutions();
  registerActivations();
}
