import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { inModules } from '../packages';
import { lastLines, mustRun, npmCommand } from './program';

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

/** Brings tfjs-node and the headers of Node-API from npm's registry into `folder`/node_modules, where they are not there yet. */
export async function fetchSources(folder: string, say: (line: string) => void): Promise<Sources> {
  const headers = await fetchPackage(folder, 'node-api-headers', headersVersion, say);
  const tfjsNode = await fetchPackage(folder, '@tensorflow/tfjs-node', tfjsNodeVersion, say);
  return { tfjsNode, headers: path.join(headers, 'include') };
}

async function fetchPackage(
  folder: string,
  name: string,
  version: string,
  say: (line: string) => void,
): Promise<string> {
  const target = inModules(folder, name);
  if (existsSync(path.join(target, 'package.json'))) return target;
  say(`Fetching ${name} ${version} …`);
  await mkdir(path.dirname(target), { recursive: true });
  const workplace = await mkdtemp(path.join(folder, 'unpack-'));
  try {
    const [command, ...args] = npmCommand();
    const quiet = ['--silent', '--pack-destination', workplace];
    const printed = await mustRun(command, [...args, 'pack', `${name}@${version}`, ...quiet], {
      cwd: workplace,
    });
    await mustRun('tar', ['-xzf', path.join(workplace, lastLines(printed, 1).trim()), '-C', workplace]);
    await rename(path.join(workplace, 'package'), target);
  } finally {
    await rm(workplace, { recursive: true });
  }
  return target;
}
