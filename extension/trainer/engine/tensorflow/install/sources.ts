import { mkdir, rename } from 'node:fs/promises';
import path from 'node:path';
import { inModules } from '../packages';
import { runNpm } from './npm';
import { notInstalled } from './npmFailure';
import { mustRun } from './program';

/** What the engine is tested with. */
export const tfjsNodeVersion = '4.22.0';
/** Node-API is the same for every Node, so these headers serve whichever runs. */
const headersVersion = '1.9.0';

export interface Sources {
  /** tfjs-node itself, without the packages that it asks for: see packageModules.ts. */
  readonly tfjsNode: string;
  /** Folder of node_api.h. */
  readonly headers: string;
}

export const tfjsNodeName = '@tensorflow/tfjs-node';

/** Brings tfjs-node and the headers of Node-API from npm's registry, or its cache, into the workplace's node_modules. */
export async function fetchSources(workplace: string, say: (line: string) => void): Promise<Sources> {
  const headers = await fetchPackage(workplace, 'node-api-headers', headersVersion, say);
  const tfjsNode = await fetchPackage(workplace, tfjsNodeName, tfjsNodeVersion, say);
  return { tfjsNode, headers: path.join(headers, 'include') };
}

async function fetchPackage(
  workplace: string,
  name: string,
  version: string,
  say: (line: string) => void,
): Promise<string> {
  say(`Fetching ${name} ${version} …`);
  const { status, printed } = await runNpm(['pack', '--prefer-offline', `${name}@${version}`], {
    cwd: workplace,
  });
  const archive = /^\S+\.tgz$/m.exec(printed)?.[0];
  if (status !== 0 || archive === undefined) throw notInstalled(name, printed);
  await mustRun('tar', ['-xzf', path.join(workplace, archive), '-C', workplace]);
  const target = inModules(workplace, name);
  await mkdir(path.dirname(target), { recursive: true });
  await rename(path.join(workplace, 'package'), target);
  return target;
}
