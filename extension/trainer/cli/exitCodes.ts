/** How a command ends: what scripts may rely on. */
export const exitCodes = {
  done: 0,
  failed: 1,
  badUsage: 2,
  stopped: 3,
  engineUnavailable: 4,
  interrupted: 130,
  terminated: 143,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

export const exitCodeMeanings: readonly (readonly [codes: string, meaning: string])[] = [
  ['0', 'done'],
  ['1', 'failed: a check did not pass, training diverged, the disk is full, ...'],
  ['2', 'bad command line or bad config; nothing was created'],
  ['3', 'stopped by SIGINT or SIGTERM after a checkpoint; `run --resume RUN` continues'],
  ['4', 'the engine that was asked for is not available; `devices` says why'],
  ['130, 143', 'a second SIGINT or SIGTERM: ended at once'],
];
