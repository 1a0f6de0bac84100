import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { workplaceOf, workplaceOwner } from '../../../../contract/engineWorkplace';
import { isProcessAlive } from '../../../../contract/processIdentity';
import { inModules } from '../packages';
import { InstallationError } from './program';

/**
 * Gives `work` an empty folder below `into`, on the same disk, and removes it however that ends: an installation that fails
 * leaves nothing behind. What killed processes have left goes first.
 */
export async function inWorkplace<Result>(
  into: string,
  work: (workplace: string) => Promise<Result>,
): Promise<Result> {
  const workplace = workplaceOf(into, process.pid);
  await mkdir(into, { recursive: true });
  await rm(workplace, { recursive: true, force: true });
  await removeAbandoned(into);
  await mkdir(workplace);
  try {
    return await work(workplace);
  } finally {
    await rm(workplace, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function removeAbandoned(into: string): Promise<void> {
  for (const name of await readdir(into)) {
    const pid = workplaceOwner(name);
    const folder = path.join(into, name);
    if (pid === undefined) continue;
    const startedAt = (await stat(folder)).birthtime.toISOString();
    if (!isProcessAlive({ pid, startedAt })) await rm(folder, { recursive: true, force: true });
  }
}

/**
 * Moves a package that is whole from the workplace's node_modules into `into`'s, in place of an older one, and returns where its
 * `addon` is then. Throws `InstallationError` where the older one does not let go, as on Windows while a run uses it.
 */
export async function putInPlace(
  addon: string,
  name: string,
  workplace: string,
  into: string,
): Promise<string> {
  const source = inModules(workplace, name);
  const target = inModules(into, name);
  await mkdir(path.dirname(target), { recursive: true });
  await rename(target, path.join(workplace, 'replaced')).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return;
    throw new InstallationError(
      `${target} could not be replaced: ${error.message}. End the runs that use it, and try again.`,
    );
  });
  await rename(source, target);
  return path.join(target, path.relative(source, addon));
}
