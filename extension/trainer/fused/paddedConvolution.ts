import {
  type backend_util,
  Conv2DBackpropFilter,
  Conv2DBackpropInput,
  engine,
  registerGradient,
  type Tensor,
  type Tensor4D,
} from '@tensorflow/tfjs-core';
import { hasKernel, runKernel } from './fusedKernel';

/** x, filter -> convolution with `padding` zeros on every side. */
export const PaddedConv2D = 'PaddedConv2D';

export interface PaddedConv2DAttributes {
  readonly stride: number;
  readonly padding: number;
}

/**
 * Convolution of x [batch, height, width, in] with filter [kernel, kernel, in, out], the same number of zeros on every side.
 * Undefined where the engine has no such kernel.
 */
export function paddedConvolution(
  x: Tensor4D,
  filter: Tensor4D,
  stride: number,
  padding: number,
): Tensor4D | undefined {
  if (!hasKernel(PaddedConv2D)) return undefined;
  return runKernel(PaddedConv2D, { x, filter }, { stride, padding }) as Tensor4D;
}

export function explicitPadding(padding: number): backend_util.ExplicitPadding {
  const sides: [number, number] = [padding, padding];
  return [[0, 0], sides, sides, [0, 0]];
}

registerGradient({
  kernelName: PaddedConv2D,
  inputsToSave: ['x', 'filter'],
  gradFunc: (dys, saved, attrs) => {
    const dy = dys as Tensor;
    const [x, filter] = saved as [Tensor4D, Tensor4D];
    const { stride, padding } = attrs as unknown as PaddedConv2DAttributes;
    const shared = { strides: [stride, stride], pad: explicitPadding(padding), dataFormat: 'NHWC' };
    return {
      x: () =>
        engine().runKernel(Conv2DBackpropInput, { dy, filter }, { ...shared, inputShape: x.shape }) as Tensor,
      filter: () =>
        engine().runKernel(
          Conv2DBackpropFilter,
          { x, dy },
          { ...shared, filterShape: filter.shape },
        ) as Tensor,
    };
  },
});
