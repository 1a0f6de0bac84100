import {
  Abs,
  ClipByValue,
  type ClipByValueAttrs,
  Exp,
  type KernelConfig,
  Log,
  LogicalNot,
  Neg,
  Reciprocal,
  Relu,
  Rsqrt,
  Sign,
  Sqrt,
  Square,
  Step,
  type StepAttrs,
  type TensorInfo,
} from '@tensorflow/tfjs-core';
import type { UnaryName } from '../formulas';
import { unary } from '../operations/pointwise';
import { fallback, isFloat, type KernelCall, kernel, sizeOf } from './kernel';

interface Inputs {
  readonly x: TensorInfo;
}

export const unaryKernels: readonly KernelConfig[] = [
  simple(Abs, 'abs'),
  simple(Exp, 'exp'),
  simple(Log, 'log'),
  simple(LogicalNot, 'logicalNot', 'bool'),
  simple(Neg, 'negative'),
  simple(Reciprocal, 'reciprocal'),
  simple(Relu, 'relu'),
  simple(Rsqrt, 'reciprocalRoot'),
  simple(Sign, 'sign'),
  simple(Sqrt, 'squareRoot'),
  simple(Square, 'square'),
  kernel<Inputs, StepAttrs>(Step, call => apply(Step, 'step', call, call.attrs.alpha)),
  kernel<Inputs, ClipByValueAttrs>(ClipByValue, call =>
    apply(ClipByValue, 'clip', call, call.attrs.clipValueMin, call.attrs.clipValueMax),
  ),
];

function simple(kernelName: string, name: UnaryName, dtype?: 'bool'): KernelConfig {
  return kernel<Inputs>(kernelName, call => {
    const result = apply(kernelName, name, call);
    return dtype && !Array.isArray(result) ? { ...result, dtype } : result;
  });
}

function apply<Attributes>(
  kernelName: string,
  name: UnaryName,
  call: KernelCall<Inputs, Attributes>,
  p = 0,
  q = 0,
): TensorInfo | TensorInfo[] {
  const { inputs, backend } = call;
  if (!isFloat(inputs.x)) return fallback(kernelName, call);
  const result = backend.output(inputs.x.shape);
  backend.run(unary[name], {
    x: backend.addressOf(inputs.x),
    result: backend.addressOf(result),
    count: sizeOf(inputs.x),
    p,
    q,
  });
  return result;
}
