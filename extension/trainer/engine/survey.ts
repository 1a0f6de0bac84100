import { type EngineName, type EngineOptions, EngineUnavailable, engineNames } from './engine';
import { openEngine } from './open';
import { type AdapterSurvey, surveyAdapters } from './webgpu/adapters';

/** One engine as this machine has it. */
export interface EngineSurvey {
  readonly name: EngineName;
  readonly available: boolean;
  readonly device?: string;
  readonly version?: string;
  /** What the device offers for float16, in words; absent where the engine has no float16. */
  readonly float16?: string;
  /** What an engine for several kinds of GPU finds here, and which one it takes. */
  readonly adapters?: readonly AdapterSurvey[];
  /** Why it is not available. */
  readonly reason?: string;
  /** What would make it available. */
  readonly remedy?: string;
  /** Where it was looked for, and what was found in each place. */
  readonly searched?: readonly string[];
  /** The one that `auto` takes. */
  readonly chosenByAuto: boolean;
}

/** Opens every engine in turn, self-test included, and closes it again. */
export async function surveyEngines(options: EngineOptions): Promise<EngineSurvey[]> {
  const surveys: EngineSurvey[] = [];
  let chosen = false;
  for (const name of engineNames) {
    const adapters = name === 'webgpu' ? await surveyAdapters(options.allowSoftwareAdapter) : [];
    const seen = adapters.length > 0 ? { adapters } : {};
    try {
      const engine = await openEngine(name, options);
      surveys.push({
        name,
        available: true,
        device: engine.device,
        version: engine.version,
        ...(engine.float16 === undefined ? {} : { float16: engine.float16 }),
        ...seen,
        chosenByAuto: !chosen,
      });
      chosen = true;
      await engine.close();
    } catch (error) {
      if (!(error instanceof EngineUnavailable)) throw error;
      surveys.push({
        name,
        available: false,
        reason: error.message,
        remedy: error.remedy,
        ...seen,
        ...(error.searched.length > 0 && { searched: error.searched }),
        chosenByAuto: false,
      });
    }
  }
  return surveys;
}
