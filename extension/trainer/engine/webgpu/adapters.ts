import type { AdapterSurvey } from '../../../contract/engineSurvey';
import { EngineUnavailable } from '../engine';
import { startDawn } from './dawn';

/** All adapters here, in Dawn's order. Empty where Dawn cannot be started. */
export async function surveyAdapters(allowSoftwareAdapter: boolean): Promise<AdapterSurvey[]> {
  const chosen = await ask(undefined, 'high-performance');
  const saving = await ask(undefined, 'low-power');
  const surveys: AdapterSurvey[] = [];
  for (const { name, graphicsInterface } of await namesOfAdapters()) {
    const info = await ask(name, 'high-performance');
    if (!info) continue;
    const isChosen = same(info, chosen) && !surveys.some(({ taken }) => taken);
    const taken = isChosen && (allowSoftwareAdapter || !info.isFallbackAdapter);
    const reason = taken
      ? 'Dawn gives it for high performance.'
      : info.isFallbackAdapter
        ? 'It is the processor. A run takes it where compute.webgpuAdapter names it, or compute.allowSoftwareAdapter allows it.'
        : `Dawn gives ${same(info, saving) ? 'it for low power only' : 'another'}. A run takes it where compute.webgpuAdapter names it.`;
    surveys.push({ name, graphicsInterface, driver: info.description, taken, reason });
  }
  return surveys;
}

/** No adapter has it in its name, so that Dawn answers with a list of all. */
const nobody = '(none)';

async function namesOfAdapters(): Promise<{ readonly name: string; readonly graphicsInterface: string }[]> {
  const listing = await withDawn(nobody, gpu =>
    gpu.requestAdapter().then(
      () => '',
      (error: Error) => error.message,
    ),
  );
  const lines = (listing ?? '').matchAll(/backend: '([^']*)', name: '([^']*)'/g);
  return Array.from(lines, ([, graphicsInterface = '', name = '']) => ({ name, graphicsInterface }));
}

const ask = (name: string | undefined, powerPreference: GPUPowerPreference) =>
  withDawn(name, async gpu => (await gpu.requestAdapter({ powerPreference }))?.info);

/** Undefined where Dawn cannot be started; the engine itself says why. */
async function withDawn<T>(
  adapter: string | undefined,
  use: (gpu: GPU) => Promise<T>,
): Promise<T | undefined> {
  try {
    const dawn = await startDawn(adapter);
    return await use(dawn.gpu).finally(() => dawn.stop());
  } catch (error) {
    if (error instanceof EngineUnavailable) return undefined;
    throw error;
  }
}

const same = (one: GPUAdapterInfo, other: GPUAdapterInfo | undefined): boolean =>
  one.device === other?.device && one.description === other.description && one.vendor === other.vendor;
