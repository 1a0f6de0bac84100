import { Relu, Sign, Step, type StepAttrs, type Tensor } from '@tensorflow/tfjs-core';
import { BiasRelu, ReluGradient } from '../../../fused/biasRelu';
import { float32, putKernel, type TensorflowBackend } from './operation';

/** ReLU, its gradient and a bias before it, each by TensorFlow's own operation. */
export function registerActivations(): void {
  putKernel<{ x: Tensor; bias: Tensor }, object>(BiasRelu, ({ inputs: { x, bias }, backend }) => {
    const shifted = backend.executeSingleOutput('BiasAdd', [float32(backend)], [x, bias]);
    const y = relu(shifted, backend);
    shifted.dispose();
    return y;
  });

  putKernel<{ dy: Tensor; y: Tensor }, object>(ReluGradient, ({ inputs: { dy, y }, backend }) =>
    reluGradient(dy, y, backend),
  );

  // tfjs-node composes it of six operations over the whole tensor. sign(max(x, 0)) is the same, NaN included.
  putKernel<{ x: Tensor }, StepAttrs>(Step, ({ inputs: { x }, attrs: { alpha }, backend }) => {
    if (alpha !== 0) throw new Error(`step with a slope of ${alpha} for negative numbers is not used here`);
    const positive = relu(x, backend);
    const y = backend.executeSingleOutput(Sign, [float32(backend)], [positive]);
    positive.dispose();
    return y;
  });
}

export function relu(x: Tensor, backend: TensorflowBackend): Tensor {
  return backend.executeSingleOutput(Relu, [float32(backend)], [x]);
}

/** dy where y > 0, else 0. */
export function reluGradient(dy: Tensor, y: Tensor, backend: TensorflowBackend): Tensor {
  return backend.executeSingleOutput('ReluGrad', [float32(backend)], [dy, y]);
}
