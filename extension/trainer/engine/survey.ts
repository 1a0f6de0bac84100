import type { EngineSurvey } from '../../contract/engineSurvey';
import { type EngineOptions, EngineUnavailable, engineNames } from './engine';
import { openEngine } from './open';
import { surveyAdapters } from './webgpu/adapters';

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
