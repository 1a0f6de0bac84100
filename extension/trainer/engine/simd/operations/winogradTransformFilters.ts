import {
  paddedInputs,
  paddedOutputs,
  positionBytes,
  positionsOf,
  workspaceBytes,
} from '../convolution/winogradPlan';
import { type Operation, shareOf } from '../operation';

/**
 * Transforms filters [3][3][inputs][outputs] for `winogradConvolve`; `turned` for the convolution that computes the input's
 * gradient, whose inputs are the filters' outputs.
 */
export const winogradTransformFilters: Operation<
  'size' | 'turned' | 'filters' | 'inputs' | 'outputs' | 'transformed'
> = {
  name: 'winogradTransformFilters',
  fields: ['size', 'turned', 'filters', 'inputs', 'outputs', 'transformed'],
  parts: partsOf,
  run(kernels, args, part, scratch) {
    const { size, turned, filters, inputs, outputs, transformed } = args;
    const depth = paddedInputs(turned ? outputs : inputs);
    const columns = paddedOutputs(turned ? inputs : outputs);
    const [first, end] = shareOf(depth, part, partsOf(args));
    kernels.winogradTransformFilters(
      size,
      turned,
      filters,
      inputs,
      outputs,
      transformed,
      positionBytes(4 * depth * columns),
      depth,
      columns,
      first,
      end,
      scratch,
    );
  },
  scratchBytes: () => workspaceBytes,
  cost: ({ size, inputs, outputs }) => ({
    flops: 0,
    bytes: 4 * (9 + positionsOf(size)) * inputs * outputs,
  }),
  sample: { size: 4, turned: 1, filters: 4096, inputs: 11, outputs: 21, transformed: 65536 },
};

function partsOf({ turned, inputs, outputs }: Record<'turned' | 'inputs' | 'outputs', number>): number {
  const depth = paddedInputs(turned ? outputs : inputs);
  return Math.max(1, Math.min(depth / 8, Math.ceil((inputs * outputs) / 1024)));
}
