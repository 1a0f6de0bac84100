import { createRequire } from 'node:module';
import { registerBackend, setBackend } from '@tensorflow/tfjs-core';
import { cpuName } from '../cpuName';
import { type Engine, type EngineOptions, EngineUnavailable, type OpenEngine } from '../engine';
import { registerKernels } from './kernels/kernels';
import { type Addon, loadPackageModules } from './packageModules';
import { packagesIn, type TensorflowPackage } from './packages';
import { searchPlaces } from './places';
import { type Trial, TrialFailed, tryAddon } from './trial';

/**
 * TensorFlow's own kernels, through the addon of tfjs-node or tfjs-node-gpu. The first package that works is taken, by the
 * order of `searchPlaces`; one that finds no GPU counts only where software is allowed.
 */
export const openTensorflow: OpenEngine = async options => {
  const refusals: string[] = [];
  let nearest: Refusal | undefined;
  for (const place of searchPlaces(surroundings(options))) {
    const packages = packagesIn(place);
    if (packages.length === 0) refusals.push(`${place.called}, ${place.folder}: nothing installed`);
    for (const found of packages) {
      const outcome = await tryPackage(found, options);
      if ('trial' in outcome) return start(found, outcome.trial);
      refusals.push(`${place.called}, ${found.folder}: ${outcome.reason}`);
      nearest ??= outcome;
    }
  }
  const { reason, remedy } = nearest ?? { reason: "TensorFlow's addon is not installed", remedy: install };
  throw new EngineUnavailable(reason, remedy, [...new Set(refusals)]);
};

interface Refusal {
  readonly reason: string;
  readonly remedy: string;
}

const build =
  'build it for a TensorFlow of Python ("randomized-at engine build-tensorflow"), which fits CUDA 12 and newer GPUs';
const install =
  `Install the CUDA engine (in VS Code, "Install the CUDA Engine"; else "randomized-at engine install-tensorflow"; CUDA 11.2), or ${build}. ` +
  'Other GPUs: use the webgpu engine.';

function surroundings({ tensorflowPath }: EngineOptions) {
  return { tensorflowPath, workspace: process.cwd(), program: __dirname, environment: process.env };
}

async function tryPackage(
  { name, addon }: TensorflowPackage,
  { allowSoftwareAdapter }: EngineOptions,
): Promise<{ readonly trial: Trial } | Refusal> {
  if (addon === undefined) {
    return {
      reason: `${name} has no native part (lib/napi-v8/tfjs_binding.node): its installation did not finish`,
      remedy: `Install it again, or ${build}.`,
    };
  }
  try {
    const trial = await tryAddon(addon);
    return trial.usesGpu || allowSoftwareAdapter ? { trial } : withoutGpu(trial);
  } catch (error) {
    if (!(error instanceof TrialFailed)) throw error;
    return { reason: `${name} does not work: ${error.message}`, remedy: `Install it again, or ${build}.` };
  }
}

function withoutGpu({ version, log: { complaints } }: Trial): Refusal {
  const because = complaints.length > 0 ? complaints.join('; ') : 'it was built without support for GPUs';
  return {
    reason: `TensorFlow ${version} works, but on the processor alone: ${because}`,
    remedy: version.startsWith('2.9.')
      ? `Install CUDA 11.2 and cuDNN 8.1, or ${build}; or set compute.allowSoftwareAdapter to compute on the processor.`
      : "Install the NVIDIA driver and CUDA's libraries (pip install 'tensorflow[and-cuda]') and build the addon again; or set " +
        'compute.allowSoftwareAdapter to compute on the processor.',
  };
}

/** One process can hold one TensorFlow; it stays once it is loaded. */
let loaded: TensorflowPackage | undefined;

async function start(found: TensorflowPackage, { usesGpu, version, log }: Trial): Promise<Engine> {
  if (loaded === undefined) {
    load(found);
    loaded = found;
  } else if (loaded.addon !== found.addon) {
    throw new EngineUnavailable(
      `the TensorFlow of ${loaded.folder} is loaded already, and a process can hold one only`,
      'Start again.',
    );
  }
  if (!(await setBackend('tensorflow'))) {
    throw new EngineUnavailable(
      `${found.name} ${found.version} in ${found.folder} loads, but its backend does not start`,
      'Install @tensorflow/tfjs-node-gpu 4.22, or use the webgpu engine.',
    );
  }
  return {
    name: 'tensorflow',
    device: usesGpu ? `${log.gpu ?? 'GPU'} (CUDA)` : `${cpuName()}, TensorFlow`,
    version: `TensorFlow ${version}, ${found.name.replace('@tensorflow/', '')} ${found.version}`,
    backend: 'tensorflow',
    accelerated: usesGpu,
    notes: [`TensorFlow is that of ${found.place.called}, ${found.folder}`],
    close: async () => {},
  };
}

function load({ folder, name, addon }: TensorflowPackage): void {
  // TensorFlow reads these when it is loaded. What the person has set stays.
  process.env['TF_CPP_MIN_LOG_LEVEL'] ??= '2';
  process.env['TF_FORCE_GPU_ALLOW_GROWTH'] ??= 'true';
  // TF32 rounds the inputs of convolutions to 10 bits; float32 is what a config asks for.
  process.env['NVIDIA_TF32_OVERRIDE'] ??= '0';
  const binding = createRequire(__filename)(addon ?? '') as Addon;
  const Backend = loadPackageModules(folder);
  registerBackend('tensorflow', () => new Backend(binding, name), 3);
  registerKernels();
}
