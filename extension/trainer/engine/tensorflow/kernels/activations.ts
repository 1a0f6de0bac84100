import {
  add,
  cast,
  greater,
  mul,
  Relu,
  Sign,
  Step,
  type StepAttrs,
  sub,
  type Tensor,
  tidy,
} from '@tensorflow/tfjs-core';
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

  // TensorFlow's own gives numbers below the smallest normal one as they are, and NaN: an attack would not move by them.
  putKernel<{ x: Tensor }, object>(Sign, ({ inputs: { x } }) => tidy(() => sub(above(x, 0), above(0, x))));

  // tfjs-node composes it of six operations over the whole tensor. sign(max(x, 0)) is the same, NaN included.
  putKernel<{ x: Tensor }, StepAttrs>(Step, ({ inputs: { x }, attrs: { alpha }, backend }) =>
    tidy(() => {
      const y = backend.executeSingleOutput(Sign, [float32(backend)], [relu(x, backend)]);
      return alpha === 0 ? y : add(y, mul(sub(1, y), alpha));
    }),
  );
}

/** 1 where a > b, else 0. */
const above = (a: Tensor | number, b: Tensor | number): Tensor => cast(greater(a, b), 'float32');

export function relu(x: Tensor, backend: TensorflowBackend): Tensor {
  return backend.executeSingleOutput(Relu, [float32(backend)], [x]);
}

/** dy where y > 0, else 0. */
export function reluGradient(dy: Tensor, y: Tensor, backend: TensorflowBackend): Tensor {
  return backend.executeSingleOutput('ReluGrad', [float32(backend)], [dy, y]);
}
