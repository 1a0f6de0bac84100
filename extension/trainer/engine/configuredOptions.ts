import type { Config } from '../../contract/config';
import { engineOptions } from './assets';
import type { EngineOptions } from './engine';

/** What the `compute` section of a config asks of its engine. */
export function configuredOptions(compute: Config['compute']): EngineOptions {
  const { allowSoftwareAdapter, winograd, threads, tensorflowPath, webgpuAdapter } = compute;
  return engineOptions({
    allowSoftwareAdapter,
    winograd,
    ...(threads === null ? {} : { threads }),
    ...(tensorflowPath === null ? {} : { tensorflowPath }),
    ...(webgpuAdapter === null ? {} : { webgpuAdapter }),
  });
}
