import { execFile } from 'node:child_process';
import path from 'node:path';
import type { AdapterSurvey, EngineSurvey } from '../../contract/engineSurvey';
import type { NodeRuntime } from '../runs/findNode';

/** The program that runs the trainer. */
export type TrainerRuntime = Pick<NodeRuntime, 'path' | 'environment'>;

/** Opening a graphics device for the first time can take half a minute. */
const longestSurvey = 120_000;

/**
 * Asks the trainer, in a process of its own, which engines work here. `workspace`: a folder whose packages count as well.
 * @throws Error with what the trainer said when it cannot tell
 */
export async function surveyEngines(
  node: TrainerRuntime,
  trainerPath: string,
  workspace = path.dirname(trainerPath),
): Promise<EngineSurvey[]> {
  const output = await new Promise<string>((resolve, reject) => {
    const options = {
      cwd: workspace,
      env: { ...process.env, ...node.environment },
      timeout: longestSurvey,
      maxBuffer: 10_000_000,
      windowsHide: true,
    };
    execFile(node.path, [trainerPath, 'devices', '--json'], options, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else reject(new Error(failure(node, error, stderr), { cause: error }));
    });
  });
  return parseSurvey(output);
}

/**
 * Reads what `devices --json` prints.
 * @throws Error when it is something else
 */
export function parseSurvey(output: string): EngineSurvey[] {
  let value: unknown;
  try {
    value = JSON.parse(output);
  } catch {
    value = undefined;
  }
  if (Array.isArray(value) && value.every(isSurvey)) return value;
  throw new Error(`The trainer's list of engines could not be read: ${output.trim().slice(0, 200)}`);
}

function failure(node: TrainerRuntime, error: Error & { killed?: boolean }, stderr: string): string {
  if (error.killed) return `The trainer gave no answer within ${longestSurvey / 1000} s.`;
  const lastLines = stderr.trim().split('\n').slice(-5).join(' ');
  return `${node.path} could not run the trainer: ${lastLines || error.message}`;
}

function isSurvey(value: unknown): value is EngineSurvey {
  if (typeof value !== 'object' || value === null) return false;
  const { name, available, chosenByAuto, ...texts } = value as Partial<Record<keyof EngineSurvey, unknown>>;
  const { device, version, float16, adapters, reason, remedy, searched } = texts;
  const isText = (text: unknown) => text === undefined || typeof text === 'string';
  return (
    typeof name === 'string' &&
    typeof available === 'boolean' &&
    typeof chosenByAuto === 'boolean' &&
    [device, version, float16, reason, remedy].every(isText) &&
    (adapters === undefined || (Array.isArray(adapters) && adapters.every(isAdapter))) &&
    (searched === undefined || (Array.isArray(searched) && searched.every(isText)))
  );
}

function isAdapter(value: unknown): value is AdapterSurvey {
  if (typeof value !== 'object' || value === null) return false;
  const { taken, ...texts } = value as Partial<Record<keyof AdapterSurvey, unknown>>;
  return (
    typeof taken === 'boolean' &&
    [texts.name, texts.graphicsInterface, texts.driver, texts.reason].every(text => typeof text === 'string')
  );
}
