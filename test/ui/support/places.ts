import path from 'node:path';

/** Package of the extension under test. */
export const vsix = path.resolve('dist/randomized-at.vsix');

/** Package of the extension that runs mocha inside the extension host. */
export const hostTestsVsix = path.resolve('.build/host/host-tests.vsix');

/** Installed once for all specs: the folder holds what `vsix` unpacks to. */
export const installedExtensions = path.resolve('.build/ui/extensions');

/** Screenshots of a failing spec. */
export const failureFolder = path.resolve('.build/ui/failures');
