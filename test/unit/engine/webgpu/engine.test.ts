import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { backend, memory, square, type Tensor, tensor1d, tidy, zeros } from '@tensorflow/tfjs-core';
import { engineOptions } from '../../../../extension/trainer/engine/assets';
import { BatchTooLarge, explainExhaustion } from '../../../../extension/trainer/engine/batchTooLarge';
import { DeviceLost } from '../../../../extension/trainer/engine/deviceLost';
import { type Engine, EngineUnavailable } from '../../../../extension/trainer/engine/engine';
import { MemoryExhausted } from '../../../../extension/trainer/engine/memory';
import { selfTest } from '../../../../extension/trainer/engine/selfTest';
import { surveyAdapters } from '../../../../extension/trainer/engine/webgpu/adapters';
import type { GpuBackend } from '../../../../extension/trainer/engine/webgpu/backend';
import { KernelRefused } from '../../../../extension/trainer/engine/webgpu/faults';
import { openWebGpu } from '../../../../extension/trainer/engine/webgpu/webgpu';
import { swiftShaderEnvironment, useSwiftShader } from '../../support/swiftShader';

const gpu = (): GpuBackend => backend() as GpuBackend;

describe('The webgpu engine on a GPU in software', () => {
  let restore = () => {};
  let engine: Engine | undefined;

  before(async () => {
    restore = await useSwiftShader();
  });
  after(() => restore());

  const open = async (gpuMemoryBytes?: number) => {
    const limit = gpuMemoryBytes === undefined ? {} : { gpuMemoryBytes };
    engine = await openWebGpu(engineOptions({ allowSoftwareAdapter: true, ...limit }));
    return engine;
  };
  afterEach(async () => {
    await engine?.close();
    engine = undefined;
  });

  it('is refused unless it is asked for, with what to do', async () => {
    await assert.rejects(openWebGpu(engineOptions()), (error: unknown) => {
      assert.ok(error instanceof EngineUnavailable);
      assert.match(error.message, /^only a software adapter was found \(swiftshader/);
      assert.match(error.remedy, /compute\.webgpuAdapter/);
      return true;
    });
    engine = await openWebGpu(engineOptions({ webgpuAdapter: 'SwiftShader' }));
    assert.equal(engine.accelerated, false);
  });

  it('passes the self-test and leaves no tensor behind', async () => {
    const opened = await open();
    const before = memory();
    await selfTest(opened);
    const after_ = memory();
    assert.deepEqual([after_.numTensors, after_.numDataBuffers], [before.numTensors, before.numDataBuffers]);
  });

  it('names the kernel that WebGPU refuses, and computes nothing any more', async () => {
    await open();
    const broken = {
      name: 'a broken kernel',
      outputs: { y: 'f32' },
      inputs: {},
      constants: {},
      code: '@compute @workgroup_size(1) fn main() { y[0] = nobody(); }',
    } as const;
    const good = square(zeros([2000]));
    const refused = (error: unknown) => {
      assert.ok(error instanceof KernelRefused, String(error));
      assert.match(error.message, /^WebGPU error in a broken kernel on swiftshader.*nobody/s);
      return true;
    };
    const result = gpu().output([100]);
    assert.throws(() => gpu().run(broken, { outputs: [result], inputs: [], workgroups: [1, 1, 1] }), refused);
    await assert.rejects(good.data(), refused);
    assert.throws(() => square(zeros([2000])), refused);
  });

  it('says that the device was lost, to whom waits and to whom comes later', async () => {
    await open();
    const waiting = square(zeros([2000])).data();
    gpu().device.destroy();
    await assert.rejects(waiting, DeviceLost);
    assert.throws(() => square(zeros([2000])), DeviceLost);
  });

  it('measures the most that the device does, and leaves its memory as it was', async () => {
    const opened = await open();
    const peak = await opened.peak?.();
    assert.ok(peak && peak.teraflopsPerSecond > 0 && peak.gigabytesPerSecond > 0);
    assert.ok(Number.isFinite(peak.teraflopsPerSecond + peak.gigabytesPerSecond));
    assert.deepEqual(await square(tensor1d([3])).data(), Float32Array.of(9));
  });

  it('cannot wait for numbers, and says so', async () => {
    await open();
    const y = square(zeros([2000]));
    assert.throws(() => y.dataSync(), /data\(\)/);
  });

  it('uses buffers again, so that memory does not grow with the number of computations', async () => {
    await open();
    const round = async () => {
      const y = tidy(() => square(zeros([50_000])));
      await y.data();
      y.dispose();
    };
    await round();
    const { bytesAllocated } = gpu();
    for (let i = 0; i < 5; i++) await round();
    assert.equal(gpu().bytesAllocated, bytesAllocated);
    assert.equal(engine?.memory?.bytesInUse, 0);
  });

  it('gives up waiting buffers before it refuses an array, and names the batch that fits where nothing helps', async () => {
    const { memory: ofEngine } = await open(2 ** 22);
    assert.ok(engine && ofEngine);
    for (const count of [200_000, 300_000, 400_000, 500_000]) {
      const y = tidy(() => square(zeros([count])));
      assert.equal((await y.data()).length, count);
      y.dispose();
    }
    const attempt = (batchSize: number) => {
      const tensors: Tensor[] = [];
      for (let i = 0; i < 4; i++) tensors.push(tidy(() => square(zeros([batchSize, 5000]))));
      for (const tensor of tensors) tensor.dispose();
    };
    const work = { batchSize: 100, remedy: 'Set batchSize.', attempt };
    await assert.rejects(
      explainExhaustion(engine, work, async () => attempt(100)),
      (error: unknown) => {
        assert.ok(error instanceof BatchTooLarge);
        assert.ok(error.batchSizeThatFits >= 20 && error.batchSizeThatFits < 60, error.message);
        return true;
      },
    );
    assert.deepEqual(await square(tensor1d([3])).data(), Float32Array.of(9));
  });

  it('refuses an array larger than the device has buffers as it refuses a full memory', async () => {
    await open();
    assert.throws(() => square(zeros([2 ** 15, 2 ** 15])), MemoryExhausted);
  });

  it('lists what Dawn sees, and says of the one in software when it would be taken', async () => {
    const [adapter, ...others] = await surveyAdapters(false);
    assert.deepEqual(others, []);
    assert.match(adapter?.name ?? '', /SwiftShader/);
    assert.deepEqual([adapter?.graphicsInterface, adapter?.taken], ['vulkan', false]);
    assert.match(adapter?.reason ?? '', /compute\.allowSoftwareAdapter/);
    const [allowed] = await surveyAdapters(true);
    assert.equal(allowed?.taken, true);
  });

  it('is listed with its device, and lets the process end', async () => {
    const env = { ...process.env, ...(await swiftShaderEnvironment()) };
    const program = path.resolve('dist/trainer.js');
    const { stdout } = await promisify(execFile)(process.execPath, [program, 'devices', '--json'], { env });
    const { engines = JSON.parse(stdout) } = JSON.parse(stdout) as { engines?: unknown };
    const listed = engines as readonly { readonly name: string; readonly reason?: string }[];
    assert.match(listed.find(({ name }) => name === 'webgpu')?.reason ?? '', /only a software adapter/);
  });
});
