import { paddedOutputs, positionsOf, workspaceBytes } from '../convolution/winogradPlan';
import { type Operation, shareOf } from '../operation';
import { padTo, panelColumns } from '../padding';

/** The filters' gradient [3][3][inputs][outputs] from the products that `winogradGradientProducts` added up. */
export const winogradFilterGradient: Operation<'size' | 'transformed' | 'inputs' | 'outputs' | 'gradient'> = {
  name: 'winogradFilterGradient',
  fields: ['size', 'transformed', 'inputs', 'outputs', 'gradient'],
  parts: partsOf,
  run(kernels, args, part, scratch) {
    const { size, transformed, inputs, outputs, gradient } = args;
    const [first, end] = shareOf(inputs, part, partsOf(args));
    kernels.winogradFilterGradient(
      size,
      transformed,
      padTo(inputs, panelColumns),
      paddedOutputs(outputs),
      gradient,
      inputs,
      outputs,
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
  sample: { size: 4, transformed: 65536, inputs: 11, outputs: 21, gradient: 4096 },
};

function partsOf({ inputs, outputs }: Record<'inputs' | 'outputs', number>): number {
  return Math.max(1, Math.min(inputs, Math.ceil((inputs * outputs) / 1024)));
}
