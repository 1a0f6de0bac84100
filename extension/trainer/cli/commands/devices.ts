import { engineOptions } from '../../engine/assets';
import { surveyEngines } from '../../engine/survey';
import type { DevicesArguments } from '../arguments';
import { exitCodes } from '../exitCodes';
import type { Io } from '../io';
import { renderSurveys } from '../surveyTable';

/** Tries every engine and tells which work here. Having none but `cpu` is no failure. */
export async function devices({ json }: DevicesArguments, io: Io): Promise<number> {
  const surveys = await surveyEngines(engineOptions());
  const text = json
    ? JSON.stringify(surveys, null, 2)
    : renderSurveys(surveys, io.stdout.columns || 80).join('\n');
  io.stdout.write(`${text}\n`);
  return exitCodes.done;
}
