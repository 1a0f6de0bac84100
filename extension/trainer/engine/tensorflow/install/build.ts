import { tryAddon } from '../trial';
import { compileAddon, findCompiler } from './compile';
import { InstallationError } from './program';
import { findPythonTensorflow } from './pythonTensorflow';
import { fetchSources, tfjsNodeName } from './sources';
import { told } from './told';
import { inWorkplace, putInPlace } from './workplace';

export interface BuildOptions {
  /** The Python whose TensorFlow is used; searched for where it is absent. */
  readonly python?: string;
  /** The addon goes into the node_modules of this folder. */
  readonly into: string;
  /** Told what is being done, a line each. */
  say(line: string): void;
}

/**
 * Compiles tfjs-node's addon for the TensorFlow of a Python, and tries it.
 * Throws `InstallationError`, `TrialFailed`.
 */
export async function buildTensorflow({ python: named, into, say }: BuildOptions): Promise<void> {
  if (process.platform !== 'linux') {
    throw new InstallationError(
      `TensorFlow's addon is built on Linux only (also in WSL on Windows); this is ${process.platform}. Other GPUs: use the webgpu engine.`,
    );
  }
  const tensorflow = await findPythonTensorflow(named);
  say(`Found TensorFlow ${tensorflow.version} of ${tensorflow.python}, in ${tensorflow.folder}.`);
  const compiler = await findCompiler();
  const addon = await inWorkplace(into, async workplace => {
    const sources = await fetchSources(workplace, say);
    say('Compiling the addon; half a minute to a minute …');
    const compiled = await compileAddon(compiler, sources, tensorflow);
    return putInPlace(compiled, tfjsNodeName, workplace, into);
  });
  say('Trying it …');
  say(told(await tryAddon(addon)));
  say(`The addon is ${addon}.`);
}
