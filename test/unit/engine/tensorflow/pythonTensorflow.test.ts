import assert from 'node:assert/strict';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { InstallationError } from '../../../../extension/trainer/engine/tensorflow/install/program';
import { findPythonTensorflow } from '../../../../extension/trainer/engine/tensorflow/install/pythonTensorflow';

describe('The TensorFlow of a Python', () => {
  let root = '';

  beforeEach(async () => {
    root = await mkdtemp(path.join(tmpdir(), 'python-tensorflow-'));
  });
  afterEach(() => rm(root, { recursive: true }));

  /** A program that answers whatever it is asked. */
  async function python(answer: string, status = 0): Promise<string> {
    const file = path.join(root, 'python');
    await writeFile(file, `#!/bin/sh\ncat <<'END'\n${answer}\nEND\nexit ${status}\n`);
    await chmod(file, 0o755);
    return file;
  }

  const told = (folder: string | null, version: string | null) =>
    JSON.stringify({ python: path.join(root, 'python'), folder, version });

  async function tensorflow(files: readonly string[]): Promise<string> {
    for (const file of files) {
      await mkdir(path.dirname(path.join(root, file)), { recursive: true });
      await writeFile(path.join(root, file), '');
    }
    return root;
  }

  async function complaint(named: string): Promise<string> {
    const error: unknown = await findPythonTensorflow(named).catch((reason: unknown) => reason);
    assert.ok(error instanceof InstallationError, String(error));
    return error.message;
  }

  const library = ['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2'];
  const headers = ['include/tensorflow/c/c_api.h', 'include/tensorflow/c/eager/c_api.h'];

  it('is found with its folder and version', async () => {
    const folder = await tensorflow([...library, ...headers]);
    const named = await python(told(folder, '2.21.0'));
    assert.deepEqual(await findPythonTensorflow(named), { python: named, folder, version: '2.21.0' });
  });

  it('is asked for by name where Python has none', async () => {
    const message = await complaint(await python(told(null, null)));
    assert.match(
      message,
      /python: no TensorFlow\. Install one: .* -m pip install tensorflow-cpu, or, for an NVIDIA GPU/,
    );
  });

  it('has to bring the C API: what is missing is named, and the mend', async () => {
    const message = await complaint(await python(told(await tensorflow(headers), '2.9.1')));
    assert.match(
      message,
      /TensorFlow 2\.9\.1 in .* lacks libtensorflow_cc\.so\.2, libtensorflow_framework\.so\.2/,
    );
    assert.match(message, /pip install --upgrade/);
  });

  it('has to have a version', async () => {
    const message = await complaint(await python(told(await tensorflow([...library, ...headers]), null)));
    assert.match(message, /whose version .* does not know; it was not installed by pip/);
  });

  it('is not looked for in a program that is no Python', async () => {
    assert.match(
      await complaint(await python('Syntax error', 2)),
      /does not answer as Python .*\nSyntax error/s,
    );
    assert.match(await complaint(path.join(root, 'none')), /none could not be started/);
  });
});
