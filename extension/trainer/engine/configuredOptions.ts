import type { Config } from '../../contract/config';
import { engineOptions } from './assets';
import type { EngineOptions } from './engine';

/** What the `compute` section of a config asks of its engine; where there are workers, of the one that gives them work. */
export function configuredOptions(compute: Config['compute']): EngineOptions {
  const { allowSoftwareAdapter, winograd, precision, threads, workers, tensorflowPath, webgpuAdapter } =
    compute;
  return engineOptions({
    allowSoftwareAdapter,
    winograd,
    precision,
    ...(threads === null ? {} : { threads: threads * workers }),
    // Workers begin where the thread that starts them may run, and would all be pinned to its processor.
    ...(workers > 1 ? { pin: false } : {}),
    ...(tensorflowPath === null ? {} : { tensorflowPath }),
    ...(webgpuAdapter === null ? {} : { webgpuAdapter }),
  });
}
