import { causeInWords } from '../run/folder/fileErrors';
import {
  type ArrayRole,
  arrayFile,
  CheckpointError,
  type CheckpointName,
  generationOf,
  nextFile,
  readState,
  rolesOf,
} from './checkpointFiles';

/**
 * Tells what is damaged and what is left, so that a person can decide how to go on.
 * @param role which of the array files is damaged; without it, the state
 */
export async function damageReport(
  folder: string,
  name: CheckpointName,
  error: unknown,
  role?: ArrayRole,
): Promise<CheckpointError> {
  const sentences = [`The checkpoint "${name}" cannot be loaded.`, inWords(error, folder)];
  if (role === 'optimizer') {
    const weights = arrayFile(folder, name, 'weights');
    sentences.push(`The weights in ${weights} are whole: evaluate them, or start a new run from them.`);
  }
  const other = name === 'last' ? 'best' : 'last';
  const step = await wholeStep(folder, other);
  sentences.push(
    step === undefined
      ? `There is no whole "${other}" checkpoint beside it.`
      : `The "${other}" checkpoint (step ${step}) is whole and can be used instead.`,
  );
  return new CheckpointError(sentences.join(' '), { cause: error });
}

/** An error's own sentence; the system's errors get the folder's name and plain words. */
export function inWords(error: unknown, folder: string): string {
  const isSystemError = error instanceof Error && 'syscall' in error;
  if (isSystemError || !(error instanceof Error)) return `${folder}: ${causeInWords(error)}.`;
  return error.message;
}

/** The step of a checkpoint whose files belong together, judged by their headers; undefined when they do not. */
async function wholeStep(folder: string, name: CheckpointName): Promise<number | undefined> {
  const state = await readState(folder, name).catch(() => undefined);
  if (!state) return undefined;
  for (const role of rolesOf(state)) {
    const file = arrayFile(folder, name, role);
    const generations = [await generationOf(file), await generationOf(nextFile(file))];
    if (!generations.includes(state.generation)) return undefined;
  }
  return state.step;
}
