import {
  Add,
  AddN,
  backend_util,
  Equal,
  Greater,
  GreaterEqual,
  type KernelConfig,
  Less,
  LessEqual,
  LogicalAnd,
  LogicalOr,
  Maximum,
  Minimum,
  Multiply,
  NotEqual,
  RealDiv,
  SquaredDifference,
  Sub,
  type TensorInfo,
} from '@tensorflow/tfjs-core';
import type { SimdBackend } from '../backend';
import type { BinaryName } from '../formulas';
import { binary } from '../operations/binary';
import { alignOperands } from './broadcast';
import { fallback, isFloat, kernel } from './kernel';

interface Inputs {
  readonly a: TensorInfo;
  readonly b: TensorInfo;
}

export const binaryKernels: readonly KernelConfig[] = [
  numeric(Add, 'add'),
  numeric(Maximum, 'maximum'),
  numeric(Minimum, 'minimum'),
  numeric(Multiply, 'multiply'),
  numeric(RealDiv, 'divide'),
  numeric(SquaredDifference, 'squaredDifference'),
  numeric(Sub, 'subtract'),
  logical(Equal, 'equal'),
  logical(Greater, 'greater'),
  logical(GreaterEqual, 'greaterEqual'),
  logical(Less, 'less'),
  logical(LessEqual, 'lessEqual'),
  logical(LogicalAnd, 'logicalAnd'),
  logical(LogicalOr, 'logicalOr'),
  logical(NotEqual, 'notEqual'),
  kernel<TensorInfo[]>(AddN, call => {
    const { inputs, backend } = call;
    const [first, second] = inputs;
    if (!inputs.every(isFloat) || !first) return fallback(AddN, call);
    if (!second) return backend.share(first, first.shape);
    const sum = apply(backend, 'add', first, second);
    if (!sum) return fallback(AddN, call);
    const address = backend.addressOf(sum);
    for (const next of inputs.slice(2)) {
      const args = alignOperands(sum.shape, next.shape);
      if (!args) return fallback(AddN, call);
      backend.run(binary.add, { ...args, left: address, right: backend.addressOf(next), result: address });
    }
    return sum;
  }),
];

function numeric(kernelName: string, name: BinaryName): KernelConfig {
  return kernel<Inputs>(kernelName, call => {
    const { a, b } = call.inputs;
    const result = isFloat(a) && isFloat(b) ? apply(call.backend, name, a, b) : undefined;
    return result ?? fallback(kernelName, call);
  });
}

function logical(kernelName: string, name: BinaryName): KernelConfig {
  return kernel<Inputs>(kernelName, call => {
    const { a, b } = call.inputs;
    const result = isFloat(a) && isFloat(b) ? apply(call.backend, name, a, b) : undefined;
    return result ? { ...result, dtype: 'bool' } : fallback(kernelName, call);
  });
}

/** Undefined where the operands' axes alternate too often for the kernels. */
function apply(backend: SimdBackend, name: BinaryName, a: TensorInfo, b: TensorInfo): TensorInfo | undefined {
  const args = alignOperands(a.shape, b.shape);
  if (!args) return undefined;
  const result = backend.output(backend_util.assertAndGetBroadcastShape(a.shape, b.shape));
  const [left, right] = [backend.addressOf(a), backend.addressOf(b)];
  backend.run(binary[name], { ...args, left, right, result: backend.addressOf(result) });
  return result;
}
