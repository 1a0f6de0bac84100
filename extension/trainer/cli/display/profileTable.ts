import type { EnginePeak, KernelTime } from '../../engine/engine';

const columns = ['ms a step', 'share', 'calls'] as const;
const nameWidth = 28;
const columnWidth = 11;

/**
 * Time by kernel as a table, the slowest first. `milliseconds` is the time of all `steps` together: what no kernel accounts for
 * is JavaScript, mostly TensorFlow.js's bookkeeping. With the device's peak each rate's share of it stands beside the rate.
 */
export function profileTable(
  kernels: readonly KernelTime[],
  milliseconds: number,
  steps: number,
  peak?: EnginePeak,
): string {
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
      ...rate(kernel.flops, kernel.milliseconds, peak && 1000 * peak.teraflopsPerSecond),
      ...rate(kernel.bytes, kernel.milliseconds, peak?.gigabytesPerSecond),
    ]),
  );
  const rates = ['GFLOP/s', 'GB/s'].flatMap(name => (peak ? [name, 'of peak'] : [name]));
  return [
    line('kernel', [...columns, ...rates]),
    ...rows,
    line('JavaScript', time(milliseconds - inKernels)),
  ].join('');
}

/** Billions a second, and their share of the peak where there is one. */
function rate(count: number, milliseconds: number, peak?: number): string[] {
  if (milliseconds === 0) return peak === undefined ? [''] : ['', ''];
  const billions = count / milliseconds / 1e6;
  return [billions.toFixed(1), ...(peak === undefined ? [] : [`${((100 * billions) / peak).toFixed(0)} %`])];
}
