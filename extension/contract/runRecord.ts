import { decodeJson } from './metrics';
import type { RunRecord, RunStatus } from './runFolder';

const statuses: readonly RunStatus[] = ['running', 'finished', 'stopped', 'interrupted', 'failed'];

/**
 * Reads the text of a `run.json`.
 * @returns the record, or what is wrong with the text: the rest of a sentence that begins with the file's name
 */
export function parseRunRecord(text: string): { readonly record: RunRecord } | { readonly problem: string } {
  const value = parse(text);
  const newer = newerVersion(value);
  if (newer !== undefined) {
    return { problem: `has version ${newer}: it was written by a newer program. Update the extension` };
  }
  const damage = damageIn(value);
  return damage === undefined ? { record: value as RunRecord } : { problem: `is damaged: ${damage}` };
}

/** Only a diverged run needs the slower reading that brings back NaN and the infinities. */
function parse(text: string): unknown {
  try {
    return /"(?:NaN|-?Infinity)"/.test(text) ? decodeJson(text) : JSON.parse(text);
  } catch {
    return undefined;
  }
}

function newerVersion(value: unknown): number | undefined {
  const version = typeof value === 'object' && value !== null && 'version' in value ? value.version : 1;
  return typeof version === 'number' && version > 1 ? version : undefined;
}

function damageIn(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'it is not a JSON object';
  const record = value as Partial<Record<keyof RunRecord, unknown>>;
  if (record.version !== 1) return '"version" is not 1';
  for (const field of ['id', 'name', 'createdAt', 'updatedAt'] as const) {
    if (typeof record[field] !== 'string') return `"${field}" is not a text`;
  }
  for (const field of ['step', 'epoch', 'totalSteps', 'seconds'] as const) {
    if (typeof record[field] !== 'number') return `"${field}" is not a number`;
  }
  for (const field of ['reason', 'engine', 'device'] as const) {
    if (!['string', 'undefined'].includes(typeof record[field])) return `"${field}" is not a text`;
  }
  for (const field of ['last', 'best', 'test'] as const) {
    if (record[field] !== undefined && !areFigures(record[field])) return `"${field}" is not a run's figures`;
  }
  if (!statuses.some(status => status === record.status)) {
    return `"status" is ${JSON.stringify(record.status)}, not one of ${statuses.join(', ')}`;
  }
  if (record.process !== undefined && !isIdentity(record.process)) {
    return '"process" is not a process id and its start';
  }
  return undefined;
}

function areFigures(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const { step, epoch, cleanAccuracy, robustAccuracy } = value as Record<string, unknown>;
  return [step, epoch, cleanAccuracy, robustAccuracy].every(figure => typeof figure === 'number');
}

function isIdentity(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const { pid, startedAt } = value as Record<string, unknown>;
  return typeof pid === 'number' && typeof startedAt === 'string';
}
