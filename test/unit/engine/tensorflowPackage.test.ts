import assert from 'node:assert/strict';
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { EngineUnavailable } from '../../../extension/trainer/engine/engine';
import { loadTensorflowPackage } from '../../../extension/trainer/engine/tensorflowPackage';

const works = 'module.exports = {};';
/** What tfjs-node 4.22 throws when its native part was not built. */
const noAddon =
  "throw new Error('The Node.js native addon module (tfjs_binding.node) can not be found at path: lib/napi-v8.\\nPlease run ...');";

describe('Loading the tensorflow package', () => {
  let root = '';

  beforeEach(async () => {
    root = await realpath(await mkdtemp(path.join(tmpdir(), 'tensorflow-package-')));
  });
  afterEach(() => rm(root, { recursive: true }));

  /** Makes <root>/<folder>/node_modules/@tensorflow/<name> and returns <root>/<folder>. */
  async function install(folder: string, name: string, source: string): Promise<string> {
    const place = path.join(root, folder, 'node_modules', '@tensorflow', name);
    await mkdir(place, { recursive: true });
    await writeFile(
      path.join(place, 'package.json'),
      JSON.stringify({ name, version: '4.22.0', main: 'index.js' }),
    );
    if (source) await writeFile(path.join(place, 'index.js'), source);
    return path.join(root, folder);
  }

  function refusalOf(folders: readonly string[]): EngineUnavailable {
    try {
      loadTensorflowPackage(folders);
    } catch (error) {
      if (error instanceof EngineUnavailable) return error;
      throw error;
    }
    throw new Error('a package was loaded');
  }

  it('takes the one for GPUs where both work', async () => {
    await install('project', 'tfjs-node', works);
    const project = await install('project', 'tfjs-node-gpu', works);
    assert.deepEqual(loadTensorflowPackage([project]), {
      name: '@tensorflow/tfjs-node-gpu',
      version: '4.22.0',
    });
  });

  it('says that none is installed, and what to install', () => {
    const { message, remedy } = refusalOf([root]);
    assert.equal(message, '@tensorflow/tfjs-node-gpu and @tensorflow/tfjs-node: not installed');
    assert.match(remedy, /^Install @tensorflow\/tfjs-node-gpu .*compute\.tensorflowPath/);
  });

  it('gives the reason of a package without its native addon, its folder and how to build it', async () => {
    const project = await install('project', 'tfjs-node-gpu', noAddon);
    const { message, remedy } = refusalOf([project]);
    const place = path.join(project, 'node_modules', '@tensorflow', 'tfjs-node-gpu');
    assert.equal(
      message,
      `${place} does not load: The Node.js native addon module (tfjs_binding.node) can not be found at path: lib/napi-v8.`,
    );
    assert.match(remedy, /npm rebuild/);
  });

  it('calls a package broken, not absent, whose own files or dependencies are missing', async () => {
    const noMain = await install('no-main', 'tfjs-node-gpu', '');
    assert.match(refusalOf([noMain]).message, /no-main.*does not load: Cannot find module/);
    const noDependency = await install(
      'no-dependency',
      'tfjs-node',
      "require('a-package-that-is-not-there');",
    );
    assert.match(refusalOf([noDependency]).message, /no-dependency.*'a-package-that-is-not-there'/);
  });

  it('goes past a broken package to a working one, in the same folder or the next', async () => {
    const broken = await install('broken', 'tfjs-node-gpu', noAddon);
    const working = await install('working', 'tfjs-node-gpu', works);
    assert.equal(loadTensorflowPackage([broken, working]).name, '@tensorflow/tfjs-node-gpu');
    await install('broken', 'tfjs-node', works);
    assert.equal(loadTensorflowPackage([broken]).name, '@tensorflow/tfjs-node');
  });

  it('reports every broken package once, however many folders lead to it', async () => {
    const gpu = await install('one', 'tfjs-node-gpu', noAddon);
    const plain = await install('two', 'tfjs-node', noAddon);
    const { message } = refusalOf([gpu, plain, path.join(gpu, 'below')]);
    assert.equal(message.split('does not load').length - 1, 2);
  });
});
