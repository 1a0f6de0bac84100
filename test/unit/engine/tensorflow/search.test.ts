import assert from 'node:assert/strict';
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { EngineUnavailable } from '../../../../extension/trainer/engine/engine';
import { addonFile, packagesIn } from '../../../../extension/trainer/engine/tensorflow/packages';
import { type Place, searchPlaces } from '../../../../extension/trainer/engine/tensorflow/places';
import { openTensorflow } from '../../../../extension/trainer/engine/tensorflow/tensorflow';

describe('Looking for TensorFlow', () => {
  let root = '';

  beforeEach(async () => {
    root = await realpath(await mkdtemp(path.join(tmpdir(), 'tensorflow-search-')));
  });
  afterEach(() => rm(root, { recursive: true }));

  /** Makes <root>/<folder>/node_modules/@tensorflow/<name>, with an addon that is none, and returns <root>/<folder>. */
  async function install(folder: string, name: string, addon = true): Promise<string> {
    const place = path.join(root, folder, 'node_modules', '@tensorflow', name);
    await mkdir(path.dirname(addonFile(place, 8)), { recursive: true });
    const manifest = { name: `@tensorflow/${name}`, version: '4.22.0' };
    await writeFile(path.join(place, 'package.json'), JSON.stringify(manifest));
    if (addon) await writeFile(addonFile(place, 8), 'not a library');
    return path.join(root, folder);
  }

  const place = (folder: string, upward = true): Place => ({ called: 'the workspace', folder, upward });
  const namesIn = (where: Place) => packagesIn(where).map(({ name }) => name);

  async function refusalOf(tensorflowPath: string): Promise<EngineUnavailable> {
    const opening = openTensorflow({ tensorflowPath, wasmFolder: '', allowSoftwareAdapter: true });
    const error: unknown = await opening.then(
      () => undefined,
      reason => reason,
    );
    assert.ok(error instanceof EngineUnavailable, String(error));
    return error;
  }

  it('begins with what the person named, then the workspace, the extension’s storage, the project', () => {
    const found = searchPlaces({
      tensorflowPath: '/named',
      workspace: '/workspace',
      program: '/project/dist',
      environment: { RANDOMIZED_AT_TENSORFLOW: 'variable', RANDOMIZED_AT_STORAGE: '/storage' },
    });
    assert.deepEqual(
      found.map(({ folder }) => folder),
      [
        '/named',
        '/workspace/variable',
        '/workspace/.rat/tensorflow',
        '/workspace',
        '/storage/tensorflow',
        '/project/dist',
      ],
    );
  });

  it('finds the package for GPUs before the other, in the folder or in those above', async () => {
    await install('project', 'tfjs-node');
    const project = await install('project', 'tfjs-node-gpu');
    const both = ['@tensorflow/tfjs-node-gpu', '@tensorflow/tfjs-node'];
    assert.deepEqual(namesIn(place(project)), both);
    assert.deepEqual(namesIn(place(path.join(project, 'below'))), both);
  });

  it('takes a folder that a person named as it is, and the package’s own folder too', async () => {
    const project = await install('project', 'tfjs-node');
    assert.deepEqual(namesIn(place(path.join(project, 'below'), false)), []);
    const own = path.join(project, 'node_modules', '@tensorflow', 'tfjs-node');
    assert.deepEqual(namesIn(place(own, false)), ['@tensorflow/tfjs-node']);
  });

  it('passes over a native part for a newer Node-API than this Node has', async () => {
    const project = await install('project', 'tfjs-node');
    const folder = path.join(project, 'node_modules', '@tensorflow', 'tfjs-node');
    await mkdir(path.dirname(addonFile(folder, 999)));
    await writeFile(addonFile(folder, 999), 'not a library');
    assert.deepEqual(
      packagesIn(place(project)).map(({ addon }) => addon),
      [addonFile(folder, 8)],
    );
  });

  it('says of every place what was found there', async () => {
    const { searched } = await refusalOf(path.join(root, 'empty'));
    assert.equal(searched[0], `compute.tensorflowPath, ${path.join(root, 'empty')}: nothing installed`);
    assert.ok(searched.some(text => text.startsWith('the workspace, ')));
  });

  it('says of an installation that did not finish what is missing, and what to do', async () => {
    const { message, remedy, searched } = await refusalOf(await install('broken', 'tfjs-node-gpu', false));
    assert.match(message, /tfjs-node-gpu has no native part .*its installation did not finish$/);
    assert.match(remedy, /^Install it again, or build it .*engine build-tensorflow/);
    assert.ok(searched[0]?.includes(path.join(root, 'broken', 'node_modules')));
  });

  it('gives the loader’s reason where the native part does not load', async () => {
    const { message } = await refusalOf(await install('garbage', 'tfjs-node'));
    assert.match(message, /^@tensorflow\/tfjs-node does not work: .*tfjs_binding\.node/);
  });
});
