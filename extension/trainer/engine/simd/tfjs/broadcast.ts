import type { BinaryField } from '../operations/binary';

type Layout = Readonly<Record<Exclude<BinaryField, 'left' | 'right' | 'result'>, number>>;

/** Neighbouring axes along which both operands behave alike. */
interface Group {
  size: number;
  readonly leftVaries: boolean;
  readonly rightVaries: boolean;
}

/**
 * How two shapes that broadcast lie beside each other, as blocks of rows: axes of size 1 are left out and neighbours along which
 * both operands vary, or only the same one, are joined. Undefined where more than three groups remain.
 */
export function alignOperands(a: readonly number[], b: readonly number[]): Layout | undefined {
  const groups = groupsOf(a, b);
  if (groups.length > 3) return undefined;
  const one: Group = { size: 1, leftVaries: true, rightVaries: true };
  const [blocks = one, rows = one, columns = one] = [
    ...Array(3 - groups.length).fill(one),
    ...groups,
  ] as Group[];
  const leftRow = columns.leftVaries ? columns.size : 1;
  const rightRow = columns.rightVaries ? columns.size : 1;
  const leftBlock = leftRow * (rows.leftVaries ? rows.size : 1);
  const rightBlock = rightRow * (rows.rightVaries ? rows.size : 1);
  return {
    blocks: blocks.size,
    rows: rows.size,
    columns: columns.size,
    leftBlock: blocks.leftVaries ? 4 * leftBlock : 0,
    rightBlock: blocks.rightVaries ? 4 * rightBlock : 0,
    leftRow: rows.leftVaries ? 4 * leftRow : 0,
    rightRow: rows.rightVaries ? 4 * rightRow : 0,
    leftVaries: columns.leftVaries ? 1 : 0,
    rightVaries: columns.rightVaries ? 1 : 0,
  };
}

function groupsOf(a: readonly number[], b: readonly number[]): Group[] {
  const rank = Math.max(a.length, b.length);
  const groups: Group[] = [];
  for (let axis = 0; axis < rank; axis++) {
    const left = a[axis - rank + a.length] ?? 1;
    const right = b[axis - rank + b.length] ?? 1;
    const size = left === 1 ? right : left;
    if (size === 1) continue;
    const last = groups.at(-1);
    const leftVaries = left !== 1;
    const rightVaries = right !== 1;
    if (last?.leftVaries === leftVaries && last.rightVaries === rightVaries) last.size *= size;
    else groups.push({ size, leftVaries, rightVaries });
  }
  return groups;
}
