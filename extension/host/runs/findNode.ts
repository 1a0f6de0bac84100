import { execFile } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';

/** A program that runs the trainer. */
export interface NodeRuntime {
  readonly path: string;
  /** Set for the process, on top of the editor's environment. */
  readonly environment: Readonly<Record<string, string>>;
  /** Without the leading "v". */
  readonly version: string;
}

export interface NodePlaces {
  /** The setting `randomizedAt.nodePath`; empty for none. */
  readonly setting: string;
  /** The environment variable PATH. */
  readonly searchPath: string;
  /** The editor's own runtime. */
  readonly editor: { readonly path: string; readonly version: string };
}

export const oldestNode = '20.19.0';

/** No runtime for the trainer; the message says what was found and what to do. */
export class NodeNotFound extends Error {
  override readonly name = 'NodeNotFound';
}

/**
 * A real Node from the setting or the PATH; native modules such as TensorFlow's do not load in the editor's own runtime,
 * which is the last choice. Throws NodeNotFound.
 */
export async function findNode({ setting, searchPath, editor }: NodePlaces): Promise<NodeRuntime> {
  if (setting !== '') {
    const version = await versionOf(setting);
    if (version === undefined) {
      throw new NodeNotFound(
        `The setting randomizedAt.nodePath is "${setting}", which is not a Node that runs here. Correct it, or empty it to search the PATH.`,
      );
    }
    if (isTooOld(version)) {
      throw new NodeNotFound(
        `The setting randomizedAt.nodePath is "${setting}", Node ${version}; training needs ${oldestNode} or later.`,
      );
    }
    return { path: setting, environment: {}, version };
  }
  const onPath = await searchNode(searchPath);
  const version = onPath === undefined ? undefined : await versionOf(onPath);
  if (onPath !== undefined && version !== undefined && !isTooOld(version)) {
    return { path: onPath, environment: {}, version };
  }
  if (!isTooOld(editor.version)) {
    return { path: editor.path, environment: { ELECTRON_RUN_AS_NODE: '1' }, version: editor.version };
  }
  const found = version === undefined ? 'there is none on the PATH' : `${onPath} is Node ${version}`;
  throw new NodeNotFound(
    `Training needs Node ${oldestNode} or later: ${found}, and the editor's own is ${editor.version}. ` +
      'Install it from https://nodejs.org, or name one in the setting randomizedAt.nodePath.',
  );
}

/** A runtime is asked for its version once. */
const versions = new Map<string, Promise<string | undefined>>();

function versionOf(node: string): Promise<string | undefined> {
  const known = versions.get(node);
  if (known) return known;
  const asked = promisify(execFile)(node, ['--version'], { timeout: 10_000 }).then(
    ({ stdout }) => /^v(\d+\.\d+\.\d+)/.exec(stdout)?.[1],
    () => undefined,
  );
  versions.set(node, asked);
  // What does not run now may be installed later.
  void asked.then(version => version ?? versions.delete(node));
  return asked;
}

async function searchNode(searchPath: string): Promise<string | undefined> {
  const name = process.platform === 'win32' ? 'node.exe' : 'node';
  for (const folder of searchPath.split(path.delimiter).filter(entry => path.isAbsolute(entry))) {
    const candidate = path.join(folder, name);
    if (
      await access(candidate, constants.X_OK).then(
        () => true,
        () => false,
      )
    )
      return candidate;
  }
  return undefined;
}

function isTooOld(version: string): boolean {
  return version.localeCompare(oldestNode, 'en', { numeric: true }) < 0;
}
