import assert from 'node:assert/strict';
import { getBackend, memory, square, tensor1d } from '@tensorflow/tfjs-core';
import { environment } from '../../extension/contract/environment';
import { engineOptions } from '../../extension/trainer/engine/assets';
import { EngineUnavailable } from '../../extension/trainer/engine/engine';
import { openEngine } from '../../extension/trainer/engine/open';

describe('The tensorflow engine', () => {
  it('opens on the processor where software is allowed, passes the self-test and says what it is', async () => {
    const engine = await openEngine('tensorflow', engineOptions({ allowSoftwareAdapter: true }));
    assert.deepEqual([engine.name, engine.accelerated, getBackend()], ['tensorflow', false, 'tensorflow']);
    assert.match(engine.device, /^\S.*, TensorFlow$/);
    assert.match(engine.version, /^TensorFlow 2\.\d+\.\d+, tfjs-node 4\.22\.0$/);
    assert.deepEqual([...square(tensor1d([1, 2])).dataSync()], [1, 4]);
    await engine.close();
  });

  it('is refused without a GPU, with TensorFlow’s reason and the place where it is', async () => {
    const error: unknown = await openEngine('tensorflow', engineOptions()).catch((reason: unknown) => reason);
    assert.ok(error instanceof EngineUnavailable, String(error));
    assert.match(error.message, /^TensorFlow 2\.\S+ works, but on the processor alone: it was built without/);
    assert.match(error.remedy, /'tensorflow\[and-cuda\]'.*compute\.allowSoftwareAdapter/);
    assert.ok(error.searched[0]?.startsWith(environment.tensorflow), error.searched[0]);
  });

  it('opens again, and leaves no tensors behind', async () => {
    const options = engineOptions({ allowSoftwareAdapter: true });
    await (await openEngine('tensorflow', options)).close();
    const before = memory().numTensors;
    await (await openEngine('tensorflow', options)).close();
    assert.equal(memory().numTensors, before);
  });
});
