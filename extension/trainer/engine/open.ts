// The package's entry points leave gradients out.
import '@tensorflow/tfjs-core/dist/register_all_gradients';
import { openCpu } from './cpu';
import {
  type Engine,
  type EngineName,
  type EngineOptions,
  EngineUnavailable,
  engineNames,
  type OpenEngine,
} from './engine';
import { selfTest } from './selfTest';
import { openSimd } from './simd/simd';
import { openTensorflow } from './tensorflow/tensorflow';
import { openWasm } from './wasm/wasm';
import { openWebGpu } from './webgpu/webgpu';

const openers: Readonly<Record<EngineName, OpenEngine>> = {
  tensorflow: openTensorflow,
  webgpu: openWebGpu,
  simd: openSimd,
  wasm: openWasm,
  cpu: openCpu,
};

export interface Refusal {
  readonly name: EngineName;
  readonly reason: string;
  readonly remedy: string;
}

/** Opens one engine and puts it through the self-test; throws `EngineUnavailable`. It is then TensorFlow.js's current backend. */
export async function openEngine(name: EngineName, options: EngineOptions): Promise<Engine> {
  const engine = await openers[name](options).catch(refuse);
  try {
    await selfTest(engine);
  } catch (error) {
    await engine.close();
    refuse(error);
  }
  return engine;
}

function refuse(error: unknown): never {
  if (error instanceof EngineUnavailable) throw error;
  throw new EngineUnavailable(error instanceof Error ? error.message : String(error), 'Try another engine.');
}

/**
 * The engine the config asks for. `auto` takes the first of the `candidates` that works and tells why the others did not; a named
 * engine that is not available throws `EngineUnavailable`.
 */
export async function chooseEngine(
  wanted: EngineName | 'auto',
  options: EngineOptions,
  candidates: readonly EngineName[] = engineNames,
): Promise<{ readonly engine: Engine; readonly refusals: readonly Refusal[] }> {
  if (wanted !== 'auto') return { engine: await openEngine(wanted, options), refusals: [] };
  const refusals: Refusal[] = [];
  for (const name of candidates) {
    try {
      return { engine: await openEngine(name, options), refusals };
    } catch (error) {
      if (!(error instanceof EngineUnavailable)) throw error;
      refusals.push({ name, reason: error.message, remedy: error.remedy });
    }
  }
  const reasons = refusals.map(({ name, reason }) => `${name}: ${reason}`).join('; ');
  throw new EngineUnavailable(`no engine works (${reasons})`, 'Install the project again (npm ci).');
}
