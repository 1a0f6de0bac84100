import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Place } from './places';

const names = ['@tensorflow/tfjs-node-gpu', '@tensorflow/tfjs-node'] as const;

/** An installed tfjs-node or tfjs-node-gpu. */
export interface TensorflowPackage {
  readonly place: Place;
  readonly folder: string;
  readonly name: (typeof names)[number];
  readonly version: string;
  /** The native part; undefined where the installation did not get as far. */
  readonly addon: string | undefined;
}

/** The packages of a place, the one for GPUs first. */
export function packagesIn(place: Place): TensorflowPackage[] {
  const roots = place.upward ? withFoldersAbove(place.folder) : [place.folder];
  const candidates = [place.folder, ...names.flatMap(name => roots.map(root => inModules(root, name)))];
  return candidates.flatMap(folder => readPackage(place, folder) ?? []);
}

/** Where npm puts a package. */
export function inModules(root: string, name: string): string {
  return path.join(root, 'node_modules', ...name.split('/'));
}

/** Where node-gyp puts the native part of a package: the one for the newest Node-API that this Node has. */
function addonOf(folder: string): string | undefined {
  const library = path.join(folder, 'lib');
  if (!existsSync(library)) return undefined;
  const versions = readdirSync(library)
    .flatMap(name => /^napi-v(\d+)$/.exec(name)?.[1] ?? [])
    .map(Number)
    .filter(version => version <= Number(process.versions['napi']))
    .sort((a, b) => b - a);
  return versions.map(version => addonFile(folder, version)).find(file => existsSync(file));
}

export function addonFile(packageFolder: string, nodeApi: number): string {
  return path.join(packageFolder, 'lib', `napi-v${nodeApi}`, 'tfjs_binding.node');
}

function readPackage(place: Place, folder: string): TensorflowPackage | undefined {
  const file = path.join(folder, 'package.json');
  if (!existsSync(file)) return undefined;
  const { name, version } = JSON.parse(readFileSync(file, 'utf8')) as { name?: string; version?: string };
  const known = names.find(candidate => candidate === name);
  if (known === undefined || version === undefined) return undefined;
  return { place, folder, name: known, version, addon: addonOf(folder) };
}

function withFoldersAbove(folder: string): string[] {
  const above = path.dirname(folder);
  return above === folder ? [folder] : [folder, ...withFoldersAbove(above)];
}
