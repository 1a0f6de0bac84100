import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { addonFile } from '../packages';
import { InstallationError, lastLines, runProgram } from './program';
import { frameworkName, libraryName, type PythonTensorflow } from './pythonTensorflow';
import type { Sources } from './sources';

/** The Node-API that tfjs-node is written for; every Node since 16 has it. */
const nodeApi = 8;

/**
 * Compiles tfjs-node's two source files against TensorFlow's C API and returns the addon. The compiler is called directly:
 * node-gyp would need make, Python's own set of headers and a download of Node's, for what is one command. The addon finds
 * TensorFlow's libraries by their folder, which therefore has to stay where it is.
 * Throws `InstallationError` with what the compiler said.
 */
export async function compileAddon(
  compiler: string,
  { tfjsNode, headers }: Sources,
  { folder, version }: PythonTensorflow,
): Promise<string> {
  const addon = addonFile(tfjsNode, nodeApi);
  await mkdir(path.dirname(addon), { recursive: true });
  const { status, printed } = await runProgram(compiler, [
    ...['-std=c++17', '-O2', '-fPIC', '-shared', `-DNAPI_VERSION=${nodeApi}`],
    ...['-I', headers, '-I', path.join(folder, 'include')],
    ...['tfjs_backend.cc', 'tfjs_binding.cc'].map(file => path.join(tfjsNode, 'binding', file)),
    ...['-o', addon, '-L', folder, `-l:${libraryName}`, `-l:${frameworkName}`, `-Wl,-rpath,${folder}`],
  ]);
  if (status !== 0) {
    const errors = printed.split('\n').filter(line => /error|undefined reference/.test(line));
    const told = errors.length > 0 ? errors.slice(0, 10).join('\n') : lastLines(printed, 20);
    throw new InstallationError(`${compiler} does not compile tfjs-node for TensorFlow ${version}:\n${told}`);
  }
  return addon;
}

/** Throws `InstallationError` where there is none. */
export async function findCompiler(): Promise<string> {
  const candidates = [process.env['CXX'], 'g++', 'clang++', 'c++'].filter(name => name !== undefined);
  for (const compiler of candidates) {
    const ended = await runProgram(compiler, ['--version']).catch(() => undefined);
    if (ended?.status === 0) return compiler;
  }
  throw new InstallationError(
    `No C++ compiler was found (tried ${candidates.join(', ')}). Install one (Debian and Ubuntu: apt-get install g++; Fedora: dnf install gcc-c++), or name it in CXX.`,
  );
}
