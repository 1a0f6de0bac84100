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
  /** The editor's own runtime: Electron on a desktop, a real Node where the editor runs on a server. */
  readonly editor: { readonly path: string; readonly version: string; readonly electron: boolean };
}

export const oldestNode = '20.19.0';

/** From here on V8 makes 256-bit code of the simd engine's kernels: about twice as fast. */
const fastNode = '24.0.0';

/** No runtime for the trainer; the message says what was found and what to do. */
export class NodeNotFound extends Error {
  override readonly name = 'NodeNotFound';
}

/**
 * A real Node from the setting or the PATH; native modules such as TensorFlow's do not load in Electron, which is the last
 * choice. Where the editor itself runs on a fast Node and the PATH has an older one, it is the editor's. Throws NodeNotFound.
 */
export async function findNode({ setting, searchPath, editor }: NodePlaces): Promise<NodeRuntime> {
  if (setting !== '') {
    const version = await versionOf(setting);
    if (version === undefined) {
      throw new NodeNotFound(
        `The setting randomizedAt.nodePath is "${setting}", which is not a Node that runs here. Correct it, or empty it to search the PATH.`,
      );
    }
    if (isBefore(version, oldestNode)) {
      throw new NodeNotFound(
        `The setting randomizedAt.nodePath is "${setting}", Node ${version}; training needs ${oldestNode} or later.`,
      );
    }
    return { path: setting, environment: {}, version };
  }
  const onPath = await searchNode(searchPath);
  const version = onPath === undefined ? undefined : await versionOf(onPath);
  if (onPath !== undefined && version !== undefined && !isBefore(version, oldestNode)) {
    const editorIsFaster =
      !editor.electron && isBefore(version, fastNode) && !isBefore(editor.version, fastNode);
    if (!editorIsFaster) return { path: onPath, environment: {}, version };
  }
  if (!isBefore(editor.version, oldestNode)) {
    const environment = editor.electron ? { ELECTRON_RUN_AS_NODE: '1' } : {};
    return { path: editor.path, environment, version: editor.version };
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

function isBefore(version: string, other: string): boolean {
  return version.localeCompare(other, 'en', { numeric: true }) < 0;
}
