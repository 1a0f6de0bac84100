import { spawn } from 'node:child_process';
import path from 'node:path';
import { environment } from '../../extension/contract/environment';
import { runCommand } from '../vscode/command';
import { NoTensorflow, prepareTensorflow } from './prepare';

/**
 * Runs the specs of the tensorflow engine on a real TensorFlow, on the processor.
 * @param mochaOptions passed on, for example --grep "a word of the title"
 */
export async function main(mochaOptions: readonly string[]): Promise<void> {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    console.log(`The tensorflow engine is tested on Linux x64; this is ${process.platform} ${process.arch}.`);
    return;
  }
  const addon = await prepareTensorflow(console.log).catch((error: unknown) => {
    // Behind a wall without PyPI everything else is to be tested all the same.
    if (!(error instanceof NoTensorflow)) throw error;
    console.log(`THE TENSORFLOW ENGINE WAS NOT TESTED. ${error.message}`);
    return undefined;
  });
  if (addon === undefined) return;
  await runCommand(process.execPath, ['esbuild.mjs', '--tests', 'test/tensorflow']);
  process.exitCode = await runMocha(mochaOptions, { ...process.env, [environment.tensorflow]: addon });
}

async function runMocha(options: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const mocha = path.resolve('node_modules/mocha/bin/mocha.js');
  const child = spawn(
    process.execPath,
    [
      ...['--enable-source-maps', mocha, '--no-config', '--timeout', '300000', ...options],
      '.build/test/tensorflow/**/*.test.js',
    ],
    { stdio: 'inherit', env },
  );
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', status => resolve(status ?? 1));
  });
}
