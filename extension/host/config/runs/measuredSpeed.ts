import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { Config } from '../../../contract/config';
import type { Speed } from '../cost/estimate';
import { stepCost } from '../cost/stepCost';
import { engineOf, latestStep, newestRuns } from './recentRuns';

/**
 * How fast the newest run of the same model on the same dataset trains or trained here. Runs of another recipe count
 * too: their speed is taken for each forward-pass unit.
 */
export async function measuredSpeed(workspaceFolder: string, config: Config): Promise<Speed | undefined> {
  for await (const run of newestRuns(workspaceFolder)) {
    if (!isSameNetwork(run.config, config)) continue;
    const engine = await engineOf(run.folder);
    if (engine === undefined || !['auto', engine].includes(config.compute.engine)) continue;
    const imagesPerSecond = (await latestStep(run.folder))?.imagesPerSecond;
    if (imagesPerSecond === undefined || !(imagesPerSecond > 0)) continue;
    const imageUnitsPerSecond = imagesPerSecond * stepCost(run.config).total;
    return { imageUnitsPerSecond, run: path.basename(run.folder), engine };
  }
  return undefined;
}

/** The dataset decides the size of the images. */
function isSameNetwork(one: Config, other: Config): boolean {
  return (
    isDeepStrictEqual(one.model, other.model) &&
    one.dataset.name === other.dataset.name &&
    one.dataset.path === other.dataset.path
  );
}
