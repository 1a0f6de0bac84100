import type { EvaluateArguments, MeasurementOptions } from './arguments';
import type { RawArguments } from './command';
import type { UserError } from './userError';
import { optional, readEngine, readInteger, readIntegerOrDefault, readNumbers, readPositive } from './values';

/** What `evaluate` and `landscape` have in common: whose weights, on what data, against which attacks, and where it is kept. */
export type SubjectArguments = MeasurementOptions &
  Pick<
    EvaluateArguments,
    'run' | 'checkpoint' | 'model' | 'dataset' | 'norm' | 'stepSize' | 'mean' | 'std' | 'seed' | 'workspace'
  >;

/**
 * @param deed what the command does, for its messages: "evaluate"
 * @param usage makes the command's own error of a message
 * @throws UserError where a value is not legal
 */
export function readSubject(
  raw: RawArguments,
  deed: string,
  usage: (message: string) => UserError,
): SubjectArguments {
  const [run] = raw.positionals;
  const checkpoint = raw.text('checkpoint');
  if ((run === undefined) === (checkpoint === undefined)) {
    throw usage(
      run === undefined
        ? `there is nothing to ${deed}: name a RUN, or a file with --checkpoint FILE.`
        : 'RUN and --checkpoint exclude each other: leave one out.',
    );
  }
  const engine = readEngine(raw);
  const seed = readInteger(raw, 'seed', 0, 2 ** 32 - 1);
  const norm = raw.text('norm');
  const [mean, std] = [readNumbers(raw, 'mean'), readNumbers(raw, 'std')];
  if ((mean === undefined) !== (std === undefined)) {
    throw usage('--mean and --std belong together: give both, or neither.');
  }
  if (std?.some(value => value <= 0)) throw usage(`--std ${raw.text('std')}: expected numbers above 0.`);
  return {
    ...optional('run', run),
    ...optional('checkpoint', checkpoint),
    ...optional('model', raw.text('model')),
    ...optional('dataset', raw.text('dataset')),
    ...(norm === 'linf' || norm === 'l2' ? { norm } : {}),
    ...optional('stepSize', readPositive(raw, 'step-size')),
    ...optional('mean', mean),
    ...optional('std', std),
    batch: readIntegerOrDefault(raw, 'batch', 1),
    ...optional('engine', engine),
    seed: seed ?? 0,
    workspace: raw.text('workspace') ?? '.',
    again: raw.flag('again'),
    json: raw.flag('json'),
    progress: raw.text('progress') === 'json' ? 'json' : 'auto',
  };
}
