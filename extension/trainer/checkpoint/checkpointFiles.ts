import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { decodeJson, encodeJson } from '../../contract/metrics';
import { causeInWords, errorCode } from '../run/folder/fileErrors';
import type { NamedArray } from './namedArray';
import { readSafetensorsIf, readSafetensorsMetadata, SafetensorsError } from './safetensors';

export type CheckpointName = 'last' | 'best';

export interface CheckpointState {
  readonly version: 1;
  /** Training steps finished. */
  readonly step: number;
  /** Epochs finished, with the fraction of the current one. */
  readonly epoch: number;
  /** What else training needs to go on, as JSON. Whoever wrote it checks it when it comes back. */
  readonly training: unknown;
}

/** `<name>.state.json`: names the generation that the array files must carry. Replacing it commits a checkpoint. */
export interface StoredState extends CheckpointState {
  /** Unique to one save, even when two saves are made at the same step. */
  readonly generation: string;
  readonly optimizer: boolean;
}

/** A checkpoint that cannot be written or read; the message names the file and says what is left. */
export class CheckpointError extends Error {
  override readonly name: string = 'CheckpointError';
}

/** The state is there and says nothing that this program understands, so nobody knows what was committed. */
export class DamagedStateError extends CheckpointError {
  override readonly name = 'DamagedStateError';
}

export type ArrayRole = 'weights' | 'optimizer';
export const arrayRoles: readonly ArrayRole[] = ['weights', 'optimizer'];

export function stateFile(folder: string, name: CheckpointName): string {
  return path.join(folder, `${name}.state.json`);
}

export function arrayFile(folder: string, name: CheckpointName, role: ArrayRole): string {
  return path.join(folder, role === 'weights' ? `${name}.safetensors` : `${name}.optimizer.safetensors`);
}

/** Where a new array file waits until the state that goes with it is committed. */
export function nextFile(file: string): string {
  return `${file}.next`;
}

/** The roles of which this checkpoint has a file. */
export function rolesOf(state: StoredState): readonly ArrayRole[] {
  return arrayRoles.filter(role => role === 'weights' || state.optimizer);
}

export function formatState(state: StoredState): string {
  return `${encodeJson(state, 2)}\n`;
}

/**
 * The committed state, or undefined where nothing has been committed.
 * @throws DamagedStateError when the file is there and cannot be understood, CheckpointError when it cannot be read
 */
export async function readState(folder: string, name: CheckpointName): Promise<StoredState | undefined> {
  const file = stateFile(folder, name);
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw new CheckpointError(`${file} could not be read: ${causeInWords(error)}.`, { cause: error });
  }
  const value = parse(text);
  if (typeof value.version === 'number' && value.version > 1) {
    throw new DamagedStateError(
      `${file} has version ${value.version}, this program reads version 1: it was written by a newer one. Update the extension.`,
    );
  }
  if (!isStoredState(value))
    throw new DamagedStateError(`${file} is damaged: it is not a checkpoint's state.`);
  return value;
}

/**
 * The generation an array file carries, without reading its data.
 * @returns undefined when there is no such file, or none of ours, or it is damaged
 */
export async function generationOf(file: string): Promise<string | undefined> {
  try {
    return (await readSafetensorsMetadata(file))['generation'];
  } catch (error) {
    if (error instanceof SafetensorsError) return undefined;
    throw error;
  }
}

/**
 * The arrays of one generation, from the file itself or from the one that waits to take its place.
 * @throws SafetensorsError when the file is damaged or missing, CheckpointError when it is of another generation
 */
export async function readArrays(file: string, generation: string): Promise<Map<string, NamedArray>> {
  let damage: unknown;
  // A trainer at work may rename the waiting file between two looks: look at its new name once more.
  for (const candidate of [file, nextFile(file), file]) {
    try {
      const found = await readSafetensorsIf(candidate, metadata => metadata['generation'] === generation);
      if (found) return found.arrays;
    } catch (error) {
      if (candidate === file) damage = error;
    }
  }
  throw damage ?? new CheckpointError(`${file} belongs to another checkpoint than its state, ${generation}.`);
}

function parse(text: string): { version?: unknown } {
  try {
    const value = decodeJson(text);
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}

function isStoredState(value: object): value is StoredState {
  const { version, step, epoch, generation, optimizer, training } = value as Partial<
    Record<keyof StoredState, unknown>
  >;
  return (
    version === 1 &&
    typeof step === 'number' &&
    Number.isSafeInteger(step) &&
    step >= 0 &&
    typeof epoch === 'number' &&
    epoch >= 0 &&
    typeof generation === 'string' &&
    typeof optimizer === 'boolean' &&
    training !== undefined
  );
}
