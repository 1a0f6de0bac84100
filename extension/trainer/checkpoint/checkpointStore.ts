import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { writeFileAtomic } from '../run/folder/atomicWrite';
import { FileWriteError } from '../run/folder/fileErrors';
import { diskOperations, type FileOperations } from '../run/folder/fileOperations';
import { damageReport, inWords } from './checkpointDamage';
import {
  type ArrayRole,
  arrayFile,
  arrayRoles,
  CheckpointError,
  type CheckpointName,
  type CheckpointState,
  formatState,
  nextFile,
  readArrays,
  readState,
  type StoredState,
  stateFile,
} from './checkpointFiles';
import type { NamedArray } from './namedArray';
import { encodeSafetensors } from './safetensors';
import { settleCheckpoint } from './settleCheckpoint';

export { CheckpointError, type CheckpointName, type CheckpointState } from './checkpointFiles';
export { settleCheckpoint } from './settleCheckpoint';

/**
 * A checkpoint is three files: `<name>.safetensors` with weights and batch-norm statistics, which PyTorch loads as it is,
 * `<name>.optimizer.safetensors` with what only further training needs, and `<name>.state.json`.
 *
 * They change together, whenever the process dies: new arrays are written beside the old ones as `<file>.next`, both
 * marked with the save's generation; replacing the state, which names the generation, is the commit; then the waiting
 * files take their places. A reader takes, of each pair, the file of the generation that the state names.
 */
export interface Checkpoint {
  readonly state: CheckpointState;
  /** By PyTorch name, in PyTorch's layout. */
  readonly weights: ReadonlyMap<string, NamedArray>;
  /** Momentum, averaged weights and the like. */
  readonly optimizer?: ReadonlyMap<string, NamedArray>;
}

/**
 * Replaces the checkpoint `name`. One save at a time in a folder; the arrays stay unchanged until it is done.
 * @param folder the run's `checkpoints` folder; it is made if missing
 * @throws CheckpointError naming the file and the cause; the last committed checkpoint can then still be loaded
 */
export async function saveCheckpoint(
  folder: string,
  name: CheckpointName,
  checkpoint: Checkpoint,
  operations: FileOperations = diskOperations,
): Promise<void> {
  const { version, step, epoch, training } = checkpoint.state;
  const generation = `${step}-${randomBytes(8).toString('hex')}`;
  const optimizer = checkpoint.optimizer !== undefined;
  const state = formatState({ version, step, epoch, generation, optimizer, training });
  try {
    await operations.makeFolder(folder);
    // A save that died after its commit left the newest arrays under the names that this one is about to overwrite.
    await settleCheckpoint(folder, name, operations);
    for (const role of arrayRoles) {
      const arrays = checkpoint[role];
      if (arrays) await writeArrays(nextFile(arrayFile(folder, name, role)), arrays, generation, operations);
    }
    await operations.syncFolder(folder);
    await writeFileAtomic(stateFile(folder, name), state, operations);
    await settleCheckpoint(folder, name, operations);
  } catch (error) {
    // Gives back the space of what was not committed; what cannot be removed now is removed by the next save.
    await settleCheckpoint(folder, name, operations).catch(() => undefined);
    const message = `The checkpoint "${name}" of step ${step} was not saved. ${inWords(error, folder)}`;
    throw new CheckpointError(message, { cause: error });
  }
}

/**
 * The newest committed checkpoint of that name, or undefined when none was ever committed. Changes nothing on disk, so
 * it may run beside the trainer that is saving.
 * @throws CheckpointError naming the damaged file and what can still be used
 */
export async function loadCheckpoint(folder: string, name: CheckpointName): Promise<Checkpoint | undefined> {
  const state = await committedState(folder, name);
  if (!state) return undefined;
  let role: ArrayRole = 'weights';
  try {
    const weights = await readArrays(arrayFile(folder, name, role), state.generation);
    if (!state.optimizer) return { state: publicState(state), weights };
    role = 'optimizer';
    const optimizer = await readArrays(arrayFile(folder, name, role), state.generation);
    return { state: publicState(state), weights, optimizer };
  } catch (error) {
    const newest = await committedState(folder, name);
    // A trainer has committed another checkpoint while this one was being read.
    if (newest && newest.generation !== state.generation) return loadCheckpoint(folder, name);
    throw await damageReport(folder, name, error, role);
  }
}

async function committedState(folder: string, name: CheckpointName): Promise<StoredState | undefined> {
  // Looked for before the state is: arrays take their place only when the state is there.
  const hasWeights = existsSync(arrayFile(folder, name, 'weights'));
  const state = await readState(folder, name).catch(async error => {
    throw await damageReport(folder, name, error);
  });
  if (state || !hasWeights) return state;
  throw await damageReport(
    folder,
    name,
    new CheckpointError(`${stateFile(folder, name)} is missing, though its weights are there.`),
  );
}

async function writeArrays(
  file: string,
  arrays: ReadonlyMap<string, NamedArray>,
  generation: string,
  operations: FileOperations,
): Promise<void> {
  // transformers and others look for the mark "pt" before they load a file into PyTorch.
  const chunks = encodeSafetensors(arrays, { format: 'pt', generation });
  try {
    await operations.write(file, chunks);
  } catch (error) {
    throw new FileWriteError(file, error);
  }
}

function publicState({ version, step, epoch, training }: StoredState): CheckpointState {
  return { version, step, epoch, training };
}
