import type { KernelTime } from '../../engine/engine';

const columns = ['ms a step', 'share', 'calls', 'GFLOP/s', 'GB/s'] as const;
const nameWidth = 28;
const columnWidth = 11;

/**
 * Time by kernel as a table, the slowest first. `milliseconds` is the time of all `steps` together: what no kernel accounts for
 * is JavaScript, mostly TensorFlow.js's bookkeeping.
 */
export function profileTable(kernels: readonly KernelTime[], milliseconds: number, steps: number): string {
  const inKernels = kernels.reduce((total, kernel) => total + kernel.milliseconds, 0);
  const line = (name: string, cells: readonly string[]): string =>
    `  ${name.padEnd(nameWidth)}${cells.map(cell => cell.padStart(columnWidth)).join('')}\n`;
  const time = (spent: number): string[] => [
    (spent / steps).toFixed(2),
    `${((100 * spent) / milliseconds).toFixed(1)} %`,
  ];
  const rows = kernels.map(kernel =>
    line(kernel.name, [
      ...time(kernel.milliseconds),
      String(Math.round(kernel.calls / steps)),
      rate(kernel.flops, kernel.milliseconds),
      rate(kernel.bytes, kernel.milliseconds),
    ]),
  );
  return [line('kernel', columns), ...rows, line('JavaScript', time(milliseconds - inKernels))].join('');
}

/** Billions a second. */
function rate(count: number, milliseconds: number): string {
  return milliseconds > 0 ? (count / milliseconds / 1e6).toFixed(1) : '';
}
