import assert from 'node:assert/strict';
import {
  Conv2DBackpropFilter,
  getKernel,
  type KernelFunc,
  memory,
  mul,
  Relu,
  registerKernel,
  Tensor,
  type TensorInfo,
  engine as tensorflow,
  tidy,
  unregisterKernel,
} from '@tensorflow/tfjs-core';
import { engineOptions } from '../../../extension/trainer/engine/assets';
import { type EngineName, EngineUnavailable } from '../../../extension/trainer/engine/engine';
import { openEngine } from '../../../extension/trainer/engine/open';
import { selfTest } from '../../../extension/trainer/engine/selfTest';

/** Has the engine compute with a kernel whose results are 1 % too large, for as long as `act` takes. */
async function withWrongKernel(engine: EngineName, kernelName: string, act: () => Promise<void>) {
  const right = getKernel(kernelName, engine);
  const wrong: KernelFunc = call =>
    tidy(() => {
      const result = right.kernelFunc(call) as TensorInfo;
      return mul(result instanceof Tensor ? result : tensorOf(result), 1.01);
    });
  const tensorOf = (result: TensorInfo) => tensorflow().makeTensorFromTensorInfo(result);
  unregisterKernel(kernelName, engine);
  registerKernel({ ...right, kernelFunc: wrong });
  try {
    await act();
  } finally {
    unregisterKernel(kernelName, engine);
    registerKernel(right);
  }
}

for (const name of ['wasm', 'cpu'] as const) {
  describe(`The self-test on the ${name} engine`, () => {
    const device = { name, device: 'the test machine' };

    beforeEach(async () => {
      await openEngine(name, engineOptions());
    });

    it('passes, and leaves no tensor behind', async () => {
      const before = memory();
      await selfTest(device);
      assert.deepEqual(
        [memory().numTensors, memory().numDataBuffers],
        [before.numTensors, before.numDataBuffers],
      );
    });

    for (const [kernel, figure] of [
      [Relu, 'total loss'],
      [Conv2DBackpropFilter, 'gradient of conv1.weight'],
    ] as const) {
      it(`names the ${figure} when ${kernel} is 1 % off, and leaves no tensor behind either`, async () => {
        const { numTensors } = memory();
        await withWrongKernel(name, kernel, () =>
          assert.rejects(selfTest(device), (error: unknown) => {
            assert.ok(error instanceof EngineUnavailable);
            const start = `the ${name} engine on the test machine computes wrongly: ${figure} is `;
            assert.ok(error.message.startsWith(start), error.message);
            assert.match(error.message, /is -?[\d.]+, and -?[\d.]+ is right$/);
            assert.match(error.remedy, /driver|another engine/);
            return true;
          }),
        );
        assert.equal(memory().numTensors, numTensors);
        await selfTest(device);
      });
    }
  });
}
