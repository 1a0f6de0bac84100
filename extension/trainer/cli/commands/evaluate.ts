import type { EvaluationEvent, RobustnessEvaluation } from '../../../contract/evaluation';
import type { MeasurementCommand } from '../../../contract/measurement';
import { type PreparedEvaluation, prepareEvaluation } from '../../evaluation/prepareEvaluation';
import { evaluateSession } from '../../evaluation/session';
import { readEvaluation } from '../../evaluation/store';
import { uploadSubject, weightWarnings } from '../../evaluation/subject';
import type { EvaluateArguments } from '../arguments';
import { systemClock } from '../display/clock';
import { decodingDisplay } from '../display/decodingDisplay';
import { createPlainEvaluation, createTerminalEvaluation } from '../display/evaluationDisplay';
import { reportLines } from '../display/evaluationReport';
import { paintFor } from '../display/paint';
import { exitCodes } from '../exitCodes';
import type { Io } from '../io';
import { optional } from '../values';
import { measureOrShow, openEngine, withAbsolutePaths } from './storedMeasurement';

/**
 * Evaluates a checkpoint's robustness at every radius, goes on with an interrupted evaluation, or shows the stored result of a
 * finished one.
 */
export async function evaluate(options: EvaluateArguments, io: Io): Promise<number> {
  const { epsilons, ...rest } = withAbsolutePaths(options, io);
  for (const epsilon of epsilons ?? [undefined]) {
    const prepared = await prepareEvaluation(
      { ...rest, ...optional('epsilon', epsilon) },
      decodingDisplay(io),
    );
    const code = await evaluateOne(prepared, options, io);
    if (code !== exitCodes.done) return code;
  }
  return exitCodes.done;
}

function evaluateOne(prepared: PreparedEvaluation, options: EvaluateArguments, io: Io): Promise<number> {
  return measureOrShow<RobustnessEvaluation, EvaluationEvent>(
    {
      noun: 'evaluation',
      verb: 'evaluates',
      file: prepared.file,
      read: readEvaluation,
      measure: (earlier, tell, command) => compute(prepared, earlier, options, io.signal, tell, command),
      displays: {
        terminal: () => createTerminalEvaluation(io.stdout, paintFor(process.env)),
        plain: () => createPlainEvaluation(io.stdout, systemClock),
      },
      report: reportLines,
    },
    options,
    io,
  );
}

async function compute(
  prepared: PreparedEvaluation,
  earlier: RobustnessEvaluation | undefined,
  options: EvaluateArguments,
  signal: AbortSignal,
  tell: (event: EvaluationEvent) => void,
  command: MeasurementCommand,
): Promise<RobustnessEvaluation> {
  const { setting, subject, dataset, plan, name, file } = prepared;
  const engine = await openEngine(options.engine, earlier, prepared.compute);
  const uploaded = uploadSubject(subject, setting.normalisation);
  try {
    return await evaluateSession({
      file,
      name,
      setting,
      engine,
      victim: uploaded.victim,
      set: dataset.test,
      plan,
      batchSize: options.batch,
      doubts: weightWarnings(subject),
      ...(earlier ? { earlier } : {}),
      command,
      signal,
      tell,
    });
  } finally {
    uploaded.dispose();
    await engine.close();
  }
}
