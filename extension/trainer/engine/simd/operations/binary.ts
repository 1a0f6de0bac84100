import { type BinaryName, binaryFormulas } from '../formulas';
import { type Arguments, type Operation, partsOfPass, shareOf } from '../operation';

const fields = [
  'left',
  'right',
  'result',
  'blocks',
  'rows',
  'columns',
  'leftBlock',
  'rightBlock',
  'leftRow',
  'rightRow',
  'leftVaries',
  'rightVaries',
] as const;
export type BinaryField = (typeof fields)[number];

const sample: Arguments<BinaryField> = {
  left: 4096,
  right: 65536,
  result: 131072,
  blocks: 3,
  rows: 5,
  columns: 37,
  leftBlock: 740,
  rightBlock: 0,
  leftRow: 148,
  rightRow: 148,
  leftVaries: 1,
  rightVaries: 1,
};

/**
 * result[blocks][rows][columns] of two operands, each of which may be repeated along any of these axes: `...Block` and `...Row`
 * are the bytes from one to the next, 0 where it is repeated; `...Varies` is 1 where it has `columns` numbers a row, not one.
 */
export const binary = Object.fromEntries(
  (Object.keys(binaryFormulas) as BinaryName[]).map(name => [name, binaryOperation(name)]),
) as Readonly<Record<BinaryName, Operation<BinaryField>>>;

function binaryOperation(name: BinaryName): Operation<BinaryField> {
  return {
    name,
    fields,
    parts: ({ blocks, rows, columns }) => {
      const parts = partsOfPass(blocks * rows * columns);
      return blocks * rows === 1 ? parts : Math.min(parts, blocks * rows);
    },
    run(kernels, args, part) {
      const { left, right, result, rows, columns, leftRow, rightRow, leftVaries, rightVaries } = args;
      const form = leftVaries ? (rightVaries ? 'Rows' : 'RightNumber') : 'LeftNumber';
      const kernel = kernels[`${name}${form}`];
      const allRows = args.blocks * rows;
      const parts = this.parts(args);
      if (allRows === 1) {
        const [start, end] = shareOf(columns, part, parts, 16);
        const offset = 4 * start;
        const x = left + (leftVaries ? offset : 0);
        kernel(x, 0, right + (rightVaries ? offset : 0), 0, result + offset, 1, end - start);
        return;
      }
      const [first, end] = shareOf(allRows, part, parts);
      for (let row = first; row < end; ) {
        const block = Math.floor(row / rows);
        const inBlock = row - block * rows;
        const count = Math.min(end - row, rows - inBlock);
        const x = left + block * args.leftBlock + inBlock * leftRow;
        const y = right + block * args.rightBlock + inBlock * rightRow;
        kernel(x, leftRow, y, rightRow, result + 4 * row * columns, count, columns);
        row += count;
      }
    },
    cost: ({ blocks, rows, columns }) => {
      const numbers = blocks * rows * columns;
      return { flops: numbers, bytes: 12 * numbers };
    },
    sample,
    moreSamples: [
      { ...sample, leftVaries: 0 },
      { ...sample, rightVaries: 0 },
    ],
  };
}
