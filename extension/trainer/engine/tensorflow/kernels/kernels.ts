import { registerActivations } from './activations';
import { registerConvolutions } from './convolutions';

/** What tfjs-node's kernels leave out of TensorFlow's operations, or make of many of them. */
export function registerKernels(): void {
  registerConvolutions();
  registerActivations();
}
