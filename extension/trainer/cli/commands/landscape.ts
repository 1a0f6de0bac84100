import type { LandscapeEvent, LandscapeResult } from '../../../contract/landscape';
import type { MeasurementCommand } from '../../../contract/measurement';
import { uploadNetwork } from '../../landscape/network';
import { type PreparedLandscape, prepareLandscape } from '../../landscape/prepareLandscape';
import { landscapeSession } from '../../landscape/session';
import { readLandscapeFile } from '../../landscape/store';
import type { LandscapeArguments } from '../arguments';
import { systemClock } from '../display/clock';
import { decodingDisplay } from '../display/decodingDisplay';
import { createPlainLandscape, createTerminalLandscape, landscapeLines } from '../display/landscapeDisplay';
import type { Io } from '../io';
import { measureOrShow, openEngine, withAbsolutePaths } from './storedMeasurement';

/** Measures the loss landscape around a checkpoint, goes on with an interrupted measurement, or shows the stored result. */
export async function landscape(options: LandscapeArguments, io: Io): Promise<number> {
  const prepared = await prepareLandscape(withAbsolutePaths(options, io), decodingDisplay(io));
  return measureOrShow<LandscapeResult, LandscapeEvent>(
    {
      noun: 'landscape',
      verb: 'measures',
      file: prepared.file,
      read: readLandscapeFile,
      measure: (earlier, tell, command) => compute(prepared, earlier, options, io.signal, tell, command),
      displays: {
        terminal: () => createTerminalLandscape(io.stdout),
        plain: () => createPlainLandscape(io.stdout, systemClock),
      },
      report: landscapeLines,
    },
    options,
    io,
  );
}

async function compute(
  prepared: PreparedLandscape,
  earlier: LandscapeResult | undefined,
  options: LandscapeArguments,
  signal: AbortSignal,
  tell: (event: LandscapeEvent) => void,
  command: MeasurementCommand,
): Promise<LandscapeResult> {
  const { setting, subject, directionSubject, set, name, file } = prepared;
  const engine = await openEngine(options.engine, earlier, prepared.compute);
  const uploaded = uploadNetwork(subject, setting.normalisation);
  const other = directionSubject && uploadNetwork(directionSubject, undefined);
  try {
    return await landscapeSession({
      file,
      name,
      setting,
      engine,
      network: uploaded.network,
      ...(other ? { directionWeights: other.network.parameters } : {}),
      set,
      batchSize: options.batch,
      ...(earlier ? { earlier } : {}),
      command,
      signal,
      tell,
    });
  } finally {
    other?.dispose();
    uploaded.dispose();
    await engine.close();
  }
}
