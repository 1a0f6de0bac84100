import { filter2, filterGradient2 } from './generated/winograd2';
import { filter4, filterGradient4 } from './generated/winograd4';
import { copyPadded } from './panels';
import { copyNumbers } from './patches';

const stageOffset: usize = 2048;

/**
 * G g G' of the rows from `firstRow` to before `endRow` of filters [3][3][inputs][outputs], packed for products with panels of
 * 16 columns: [panel][paddedDepth][16] for each position, `position` bytes apart. Forward, a row is an input channel and columns
 * are outputs; `turned`, for the input's gradient, it is an output channel, columns are inputs, and the filter is turned by
 * 180 degrees. Rows and columns beyond the filters are zeros.
 */
export function winogradTransformFilters(
  size: i32,
  turned: i32,
  filters: usize,
  inputs: i32,
  outputs: i32,
  transformed: usize,
  position: usize,
  paddedDepth: i32,
  paddedColumns: i32,
  firstRow: i32,
  endRow: i32,
  workspace: usize,
): void {
  const depth = turned ? outputs : inputs;
  const columns = turned ? inputs : outputs;
  const side = size + 2;
  const stage = workspace + stageOffset;
  for (let panel = 0; panel < paddedColumns / 16; panel++) {
    const count = min(16, columns - 16 * panel);
    for (let row = firstRow; row < endRow; row++) {
      for (let tap = 0; tap < 9; tap++) {
        const filter = filters + <usize>(turned ? 8 - tap : tap) * inputs * outputs * 4;
        stageRow(filter, outputs, turned, row < depth ? count : 0, row, 16 * panel, stage + 64 * tap);
      }
      const target = transformed + (<usize>panel * paddedDepth + row) * 64;
      if (size === 4) filter4(stage, 192, 64, target, <usize>side * position, position, 16, workspace);
      else filter2(stage, 192, 64, target, <usize>side * position, position, 16, workspace);
    }
  }
}

/** `count` numbers of row `row` of filter[inputs][outputs], or of its transpose, from `column` on; zeros up to 16. */
function stageRow(
  filter: usize,
  outputs: i32,
  transposed: i32,
  count: i32,
  row: i32,
  column: i32,
  target: usize,
): void {
  if (!transposed) {
    copyPadded(filter + <usize>(row * outputs + column) * 4, target, count);
    return;
  }
  const step = <usize>outputs * 4;
  let source = filter + <usize>column * step + 4 * row;
  for (let i = 0; i < 16; i++) {
    store<f32>(target, i < count ? load<f32>(source) : 0);
    source += step;
    target += 4;
  }
}

/**
 * G' u G for the input channels from `firstInput` to before `endInput`: the filters' gradient [3][3][inputs][outputs] from its
 * transform [position][paddedInputs][paddedOutputs]; `paddedOutputs` is a multiple of 16.
 */
export function winogradFilterGradient(
  size: i32,
  transformed: usize,
  paddedInputs: i32,
  paddedOutputs: i32,
  gradient: usize,
  inputs: i32,
  outputs: i32,
  firstInput: i32,
  endInput: i32,
  workspace: usize,
): void {
  const position = <usize>paddedInputs * paddedOutputs * 4;
  const row = <usize>(size + 2) * position;
  const stage = workspace + stageOffset;
  const tapBytes = <usize>inputs * outputs * 4;
  for (let input = firstInput; input < endInput; input++) {
    for (let output = 0; output < outputs; output += 16) {
      const source = transformed + (<usize>input * paddedOutputs + output) * 4;
      if (size === 4) filterGradient4(source, row, position, stage, 192, 64, 16, workspace);
      else filterGradient2(source, row, position, stage, 192, 64, 16, workspace);
      const count = min(16, outputs - output);
      let target = gradient + (<usize>input * outputs + output) * 4;
      for (let tap = 0; tap < 9; tap++) {
        copyNumbers(stage + 64 * tap, target, count);
        target += tapBytes;
      }
    }
  }
}
