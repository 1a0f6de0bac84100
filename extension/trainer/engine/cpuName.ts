import { cpus } from 'node:os';

/** The processor's name, "AMD EPYC 9654"; some systems do not tell. */
export function cpuName(): string {
  const model = cpus()[0]?.model.replace(/\s+/g, ' ').trim();
  return model && model !== 'unknown' ? model : 'CPU';
}
