import { existsSync } from 'node:fs';
import path from 'node:path';
import { InstallationError, lastLines, runProgram } from './program';

/** The TensorFlow of a Python: what an addon is compiled against and runs on. */
export interface PythonTensorflow {
  readonly python: string;
  readonly folder: string;
  /** "2.21.0", as Python's package says. */
  readonly version: string;
}

/**
 * Where the package is and what it is called, without importing it: that takes seconds and more packages than the addon needs.
 * Wheels differ in name (tensorflow, tensorflow-cpu, ...) and all bring a folder `tensorflow`.
 */
const question = `
import importlib.metadata as metadata, importlib.util as util, json, sys
spec = util.find_spec("tensorflow")
folder = list(spec.submodule_search_locations)[0] if spec and spec.submodule_search_locations else None
version = None
for name in ("tensorflow", "tensorflow-cpu", "tensorflow-gpu", "tf-nightly", "tf-nightly-cpu", "intel-tensorflow"):
    try:
        version = version or metadata.version(name)
    except metadata.PackageNotFoundError:
        pass
print(json.dumps({"python": sys.executable, "folder": folder, "version": version}))
`;

const howToInstall = (python: string) =>
  `Install one: ${python} -m pip install tensorflow-cpu, or, for an NVIDIA GPU, ${python} -m pip install 'tensorflow[and-cuda]'. ` +
  'Where Python belongs to the system, make it a place of its own first: python3 -m venv FOLDER, and take FOLDER/bin/python as the Python.';

/**
 * The first Python that has TensorFlow: the one that is named, else that of an active virtual environment, else the PATH's.
 * Throws `InstallationError`, each lack with its mend.
 */
export async function findPythonTensorflow(named: string | undefined): Promise<PythonTensorflow> {
  const environment = process.env['VIRTUAL_ENV'];
  const candidates = named
    ? [named]
    : [...(environment ? [path.join(environment, 'bin', 'python')] : []), 'python3', 'python'];
  const without: string[] = [];
  for (const candidate of candidates) {
    const answer = await ask(candidate, named !== undefined);
    if (answer === undefined) continue;
    const { python, folder, version } = answer;
    if (folder === null) without.push(python);
    else return checked({ python, folder, version: version ?? '' });
  }
  const [first] = without;
  if (first) throw new InstallationError(`${without.join(' and ')}: no TensorFlow. ${howToInstall(first)}`);
  throw new InstallationError(
    `No Python was found (tried ${candidates.join(', ')}). Install it (Debian and Ubuntu: apt-get install python3 python3-venv), or name one by --python.`,
  );
}

const whichPython =
  'Name the Python that has TensorFlow: python3, or bin/python in the folder of a virtual environment.';

interface Answer {
  readonly python: string;
  readonly folder: string | null;
  readonly version: string | null;
}

/** Undefined where there is no such Python; throws only where a person named it. */
async function ask(python: string, named: boolean): Promise<Answer | undefined> {
  const ended = await runProgram(python, ['-c', question]).catch((error: unknown) => {
    if (!(error instanceof InstallationError)) throw error;
    if (!named) return undefined;
    throw new InstallationError(`${error.message} ${whichPython}`);
  });
  if (ended?.status === 0) return JSON.parse(lastLines(ended.printed, 1)) as Answer;
  if (!named || ended === undefined) return undefined;
  throw new InstallationError(
    `${python} does not answer as Python 3.8 or later. ${whichPython}\n${lastLines(ended.printed, 5)}`,
  );
}

export const libraryName = 'libtensorflow_cc.so.2';
export const frameworkName = 'libtensorflow_framework.so.2';

function checked(found: PythonTensorflow): PythonTensorflow {
  const { python, folder, version } = found;
  if (version === '') {
    throw new InstallationError(
      `${folder}: a TensorFlow whose version ${python} does not know; it was not installed by pip. ${howToInstall(python)}`,
    );
  }
  const needed = [
    libraryName,
    frameworkName,
    'include/tensorflow/c/c_api.h',
    'include/tensorflow/c/eager/c_api.h',
  ];
  const missing = needed.filter(name => !existsSync(path.join(folder, name)));
  if (missing.length === 0) return found;
  throw new InstallationError(
    `TensorFlow ${version} in ${folder} lacks ${missing.join(', ')}. Wheels for Linux have them since 2.12: update it (${python} -m pip install --upgrade tensorflow-cpu).`,
  );
}
