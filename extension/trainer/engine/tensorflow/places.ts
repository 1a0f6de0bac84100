import path from 'node:path';
import { environment as variables } from '../../../contract/environment';

/** A folder where TensorFlow's addon may be, and how a person would call it. */
export interface Place {
  readonly called: string;
  readonly folder: string;
  /** Whether the folders above count as well, as Node looks for packages. */
  readonly upward: boolean;
}

export interface Surroundings {
  /** What a config's compute.tensorflowPath says. */
  readonly tensorflowPath?: string | undefined;
  readonly workspace: string;
  /** Where this program lies. */
  readonly program: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** Where an installation goes below a workspace or the extension's storage. */
export const installationIn = {
  workspace: (workspace: string) => path.join(workspace, '.rat', 'tensorflow'),
  storage: (storage: string) => path.join(storage, 'tensorflow'),
} as const;

/** The places to look in, the first first: what a person named, the workspace, the extension's storage, the project. */
export function searchPlaces({ tensorflowPath, workspace, program, environment }: Surroundings): Place[] {
  const named = environment[variables.tensorflow];
  const storage = environment[variables.storage];
  const resolve = (folder: string) => path.resolve(workspace, folder);
  return [
    ...(tensorflowPath
      ? [{ called: 'compute.tensorflowPath', folder: resolve(tensorflowPath), upward: false }]
      : []),
    ...(named ? [{ called: variables.tensorflow, folder: resolve(named), upward: false }] : []),
    { called: 'the workspace', folder: installationIn.workspace(workspace), upward: false },
    { called: 'the workspace', folder: workspace, upward: true },
    ...(storage
      ? [{ called: "the extension's storage", folder: installationIn.storage(storage), upward: false }]
      : []),
    { called: 'the project', folder: program, upward: true },
  ];
}
