import { homedir } from 'node:os';
import path from 'node:path';
import type { OfficialName } from './datasets';

/** Set to keep the datasets elsewhere. */
export const dataFolderVariable = 'RANDOMIZED_AT_DATA';

/** Where `data get` puts datasets and configs without a path look for them: a folder of the user, outside every workspace. */
export function dataFolder(
  environment: NodeJS.ProcessEnv = process.env,
  platform: NodeJS.Platform = process.platform,
): string {
  const chosen = environment[dataFolderVariable];
  if (chosen !== undefined && chosen !== '') return path.resolve(chosen);
  return path.join(userData(environment, platform), 'randomized-at', 'datasets');
}

/** The folder of one dataset in it. */
export function placeOf(name: OfficialName): string {
  return path.join(dataFolder(), name);
}

function userData(environment: NodeJS.ProcessEnv, platform: NodeJS.Platform): string {
  if (platform === 'win32') return environment['LOCALAPPDATA'] ?? path.join(homedir(), 'AppData', 'Local');
  if (platform === 'darwin') return path.join(homedir(), 'Library', 'Application Support');
  return environment['XDG_DATA_HOME'] || path.join(homedir(), '.local', 'share');
}
