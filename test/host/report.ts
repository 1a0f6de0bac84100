/** Environment variables through which the test runner and the tests inside the extension host find each other. */
export const hostTestVariables = {
  /** Folder of the checkout: mocha and the test files are taken from there. */
  repository: 'RANDOMIZED_AT_HOST_TESTS_REPOSITORY',
  /** The file the tests report to: one JSON object a line. */
  report: 'RANDOMIZED_AT_HOST_TESTS_REPORT',
} as const;

/** One line of the report: a test's outcome, or the end of all. */
export type HostTestLine =
  | { readonly type: 'test'; readonly title: string; readonly error?: string }
  | { readonly type: 'end'; readonly error?: string };

/** Test files bundled for the extension host, below the repository. */
export const hostSpecsFolder = '.build/host/specs';
